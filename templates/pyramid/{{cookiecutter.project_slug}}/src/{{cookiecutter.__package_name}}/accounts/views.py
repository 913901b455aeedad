"""Users and their access tokens over HTTP."""

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent
from pyramid.security import NO_PERMISSION_REQUIRED

from ..infrastructure.api.views import api_view
from . import use_cases
from .request import Request
from .schemas import Credentials, SignIn, TokenOutput, UserOutput


def includeme(config: Configurator) -> None:
    """Add routes and views."""
    config.add_route("users", "/api/v1/users")
    config.add_route("me", "/api/v1/users/me")
    config.add_route("tokens", "/api/v1/tokens")
    config.add_route("current_token", "/api/v1/tokens/current")
    config.scan(__name__)


@api_view(
    route_name="users",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    body=Credentials,
    status=201,
    problems=[409, 429],
)
def register(request: Request) -> UserOutput:
    """Sign up."""
    services = request.services
    user = use_cases.sign_up(
        services.database,
        services.throttle,
        request.validated_body,
        client=request.remote_addr or "",
    )
    return UserOutput.model_validate(user)


@api_view(
    route_name="tokens",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    body=SignIn,
    status=201,
    problems=[401, 429],
)
def sign_in(request: Request) -> TokenOutput:
    """Sign in: get an access token."""
    services = request.services
    return use_cases.sign_in(
        services.database,
        services.throttle,
        request.validated_body,
        client=request.remote_addr or "",
        ttl_seconds=services.settings.token_ttl_seconds,
    )


@api_view(route_name="current_token", request_method="DELETE")
def sign_out(request: Request) -> HTTPNoContent:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(request.services.database, request.caller.token_digest)
    return HTTPNoContent()


@api_view(route_name="me", request_method="GET")
def me(request: Request) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(request.caller)

"""Users and their access tokens over HTTP, by routes.

No browser sends a token by itself, so nothing here is protected against forged forms.
"""

from pydantic import TypeAdapter
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from . import use_cases
from .request import Request
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

_credentials = TypeAdapter(Credentials)
_sign_in = TypeAdapter(SignIn)


def includeme(config: Configurator) -> None:
    """Add routes and views."""
    config.add_route("users", "/api/v1/users")
    config.add_route("me", "/api/v1/users/me")
    config.add_route("tokens", "/api/v1/tokens")
    config.add_route("current_token", "/api/v1/tokens/current")
    config.scan(__name__)


@view_config(
    route_name="users",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    require_csrf=False,
    renderer="json",
)
def register(request: Request) -> UserOutput:
    """Sign up."""
    services = request.services
    user = use_cases.sign_up(
        services.database,
        services.throttle,
        request.read_json(_credentials),
        client=request.remote_addr or "",
    )
    request.response.status_int = 201
    return UserOutput.model_validate(user)


@view_config(
    route_name="tokens",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    require_csrf=False,
    renderer="json",
)
def sign_in(request: Request) -> TokenOutput:
    """Sign in: get an access token."""
    services = request.services
    token = use_cases.sign_in(
        services.database,
        services.throttle,
        request.read_json(_sign_in),
        client=request.remote_addr or "",
        ttl_seconds=services.settings.token_ttl_seconds,
    )
    request.response.status_int = 201
    return token


@view_config(route_name="current_token", request_method="DELETE", require_csrf=False)
def sign_out(request: Request) -> HTTPNoContent:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(request.services.database, request.caller.token_digest)
    return HTTPNoContent()


@view_config(route_name="me", request_method="GET", renderer="json")
def me(request: Request) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(request.caller)

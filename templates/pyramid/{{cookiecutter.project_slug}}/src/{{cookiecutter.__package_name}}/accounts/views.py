"""Users and their access tokens over HTTP."""

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent
from pyramid.security import NO_PERMISSION_REQUIRED

from ..infrastructure.api.paging import PageQuery
from ..infrastructure.api.views import api_view
from . import links, use_cases
from .auth import ADMINISTRATE
from .request import Request
from .schemas import (
    AccountOutput,
    Credentials,
    Deletion,
    MailOutput,
    PasswordChange,
    PasswordReset,
    ResetRequest,
    SignIn,
    TokenOutput,
    TokenPage,
    UserOutput,
    UserPage,
)


def includeme(config: Configurator) -> None:
    """Add routes and views."""
    config.add_route("users", "/api/v1/users")
    config.add_route("me", "/api/v1/users/me")
    config.add_route("password", "/api/v1/users/me/password")
    config.add_route("tokens", "/api/v1/tokens")
    config.add_route("current_token", "/api/v1/tokens/current")
    config.add_route("token", "/api/v1/tokens/{id}")
    config.add_route("password_resets", "/api/v1/password-resets")
    config.add_route("password_reset", "/api/v1/password-resets/{secret}")
    config.add_route("email_verifications", "/api/v1/email-verifications")
    config.add_route("email_verification", "/api/v1/email-verifications/{secret}")
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
        client=request.client,
        mails=services.settings.can_mail,
    )
    return UserOutput.model_validate(user)


@api_view(
    route_name="users",
    request_method="GET",
    permission=ADMINISTRATE,
    query=PageQuery,
    problems=[403],
)
def list_users(request: Request) -> UserPage:
    """All users, the newest first: for administrators."""
    return use_cases.users(request.services.database, request.validated_query)


@api_view(route_name="me", request_method="GET")
def me(request: Request) -> AccountOutput:
    """The user whose token this is."""
    return AccountOutput.model_validate(request.caller)


@api_view(route_name="me", request_method="DELETE", body=Deletion, problems=[429])
def delete_account(request: Request) -> HTTPNoContent:
    """Delete yourself, with all that is yours."""
    services = request.services
    use_cases.delete_account(
        services.database,
        services.throttle,
        request.caller,
        request.validated_body,
        client=request.client,
    )
    return HTTPNoContent()


@api_view(route_name="password", request_method="PUT", body=PasswordChange, problems=[429])
def change_password(request: Request) -> HTTPNoContent:
    """Change your password: all other tokens are worth nothing from then on."""
    services = request.services
    use_cases.change_password(
        services.database,
        services.throttle,
        request.caller,
        request.validated_body,
        client=request.client,
    )
    return HTTPNoContent()


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
        client=request.client,
        ttl_seconds=services.settings.token_ttl_seconds,
    )


@api_view(route_name="tokens", request_method="GET", query=PageQuery)
def list_tokens(request: Request) -> TokenPage:
    """Where you are signed in: your access tokens, the newest first."""
    return use_cases.tokens(request.services.database, request.caller, request.validated_query)


@api_view(route_name="tokens", request_method="DELETE")
def sign_out_everywhere(request: Request) -> HTTPNoContent:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    use_cases.revoke_all(request.services.database, request.caller.id)
    return HTTPNoContent()


@api_view(route_name="current_token", request_method="DELETE")
def sign_out(request: Request) -> HTTPNoContent:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(request.services.database, request.caller.token_digest)
    return HTTPNoContent()


@api_view(route_name="token", request_method="DELETE")
def sign_out_elsewhere(request: Request) -> HTTPNoContent:
    """Sign out elsewhere: this token is worth nothing from then on."""
    use_cases.revoke_one(request.services.database, request.caller.id, request.path_id)
    return HTTPNoContent()


@api_view(
    route_name="password_resets",
    request_method="POST",
    permission=NO_PERMISSION_REQUIRED,
    body=ResetRequest,
    status=202,
    problems=[429],
)
def request_reset(request: Request) -> MailOutput:
    """Ask for a mail with a link by which you can choose a new password."""
    services = request.services
    return links.request_reset(
        services.database,
        services.throttle,
        request.validated_body,
        client=request.client,
        mails=services.settings.can_mail,
    )


@api_view(
    route_name="password_reset",
    request_method="PUT",
    permission=NO_PERMISSION_REQUIRED,
    body=PasswordReset,
)
def reset_password(request: Request) -> HTTPNoContent:
    """Choose a new password, by the secret of such a link."""
    links.reset_password(
        request.services.database, request.matchdict["secret"], request.validated_body
    )
    return HTTPNoContent()


@api_view(route_name="email_verifications", request_method="POST", status=202, problems=[429])
def request_verification(request: Request) -> MailOutput:
    """Ask for a mail with a link that shows that the address is yours."""
    services = request.services
    return links.request_verification(
        services.database,
        services.throttle,
        request.caller,
        client=request.client,
        mails=services.settings.can_mail,
    )


@api_view(route_name="email_verification", request_method="PUT", permission=NO_PERMISSION_REQUIRED)
def verify_email(request: Request) -> HTTPNoContent:
    """Show that the address is yours, by the secret of such a link."""
    links.verify_email(request.services.database, request.matchdict["secret"])
    return HTTPNoContent()

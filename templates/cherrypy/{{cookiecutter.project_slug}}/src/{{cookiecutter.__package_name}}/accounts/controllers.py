"""Users and their access tokens over HTTP."""

import cherrypy

from ..infrastructure.api import tools
from ..infrastructure.api.fields import path_id
from ..infrastructure.api.operations import operation
from ..infrastructure.api.paging import PageQuery
from . import links, use_cases
from .auth import admin, token
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


@cherrypy.expose
class Password:
    """The caller's password."""

    @token()
    @tools.body(kind=PasswordChange)
    @operation("change_password", problems=(429,))
    def PUT(self) -> None:
        """Change your password: all other tokens are worth nothing from then on."""
        change_password(cherrypy.request.caller, cherrypy.request.json)


@cherrypy.expose
class Me:
    """The caller."""

    password = Password()

    @token()
    @operation("me")
    def GET(self) -> AccountOutput:
        """The user whose token this is."""
        return AccountOutput.model_validate(cherrypy.request.caller)

    @token()
    @tools.body(kind=Deletion)
    @operation("delete_account", problems=(429,))
    def DELETE(self) -> None:
        """Delete yourself, with all that is yours."""
        request = cherrypy.request
        services = request.services
        use_cases.delete_account(
            services.database,
            services.throttle,
            request.caller,
            request.json,
            client=request.remote.ip,
        )


@cherrypy.expose
class Users:
    """All who have signed up."""

    me = Me()

    @token()
    @admin()
    @tools.query(kind=PageQuery)
    @operation("list_users", problems=(403,))
    def GET(self) -> UserPage:
        """All users, the newest first: for administrators."""
        request = cherrypy.request
        return use_cases.users(request.services.database, request.query)

    @tools.body(kind=Credentials)
    @operation("register", status=201, problems=(409, 429))
    def POST(self) -> UserOutput:
        """Sign up."""
        request = cherrypy.request
        services = request.services
        user = use_cases.sign_up(
            services.database,
            services.throttle,
            request.json,
            client=request.remote.ip,
            mails=services.settings.can_mail,
        )
        return UserOutput.model_validate(user)


@cherrypy.expose
class CurrentToken:
    """The token of the request."""

    @token()
    @operation("sign_out")
    def DELETE(self) -> None:
        """Sign out: the token of this request is worth nothing from then on."""
        request = cherrypy.request
        use_cases.revoke(request.services.database, request.caller.token_digest)


@cherrypy.expose
class Token:
    """One of the caller's tokens."""

    @token()
    @operation("sign_out_elsewhere")
    def DELETE(self, id: str) -> None:
        """Sign out elsewhere: this token is worth nothing from then on."""
        request = cherrypy.request
        use_cases.revoke_one(request.services.database, request.caller.id, path_id(id))


@cherrypy.expose
@cherrypy.popargs("id", handler=Token())
class Tokens:
    """What users sign in for."""

    current = CurrentToken()

    @token()
    @tools.query(kind=PageQuery)
    @operation("list_tokens")
    def GET(self) -> TokenPage:
        """Where you are signed in: your access tokens, the newest first."""
        request = cherrypy.request
        return use_cases.tokens(request.services.database, request.caller, request.query)

    @tools.body(kind=SignIn)
    @operation("sign_in", status=201, problems=(401, 429))
    def POST(self) -> TokenOutput:
        """Sign in: get an access token."""
        return sign_in(cherrypy.request.json)

    @token()
    @operation("sign_out_everywhere")
    def DELETE(self) -> None:
        """Sign out everywhere: all your tokens are worth nothing from then on."""
        request = cherrypy.request
        use_cases.revoke_all(request.services.database, request.caller.id)


@cherrypy.expose
class Reset:
    """A new password, by the secret of a link that was mailed."""

    @tools.body(kind=PasswordReset)
    @operation("reset_password")
    def PUT(self, secret: str) -> None:
        """Choose a new password, by the secret of such a link."""
        links.reset_password(cherrypy.request.services.database, secret, cherrypy.request.json)


@cherrypy.expose
@cherrypy.popargs("secret", handler=Reset())
class Resets:
    """For who has forgotten the password."""

    @tools.body(kind=ResetRequest)
    @operation("request_reset", status=202, problems=(429,))
    def POST(self) -> MailOutput:
        """Ask for a mail with a link by which you can choose a new password."""
        request = cherrypy.request
        services = request.services
        return links.request_reset(
            services.database,
            services.throttle,
            request.json,
            client=request.remote.ip,
            mails=services.settings.can_mail,
        )


@cherrypy.expose
class Verification:
    """An address that is the user's, by the secret of a link that was mailed."""

    @operation("verify_email")
    def PUT(self, secret: str) -> None:
        """Show that the address is yours, by the secret of such a link."""
        links.verify_email(cherrypy.request.services.database, secret)


@cherrypy.expose
@cherrypy.popargs("secret", handler=Verification())
class Verifications:
    """For who has not been mailed such a link, or too long ago."""

    @token()
    @operation("request_verification", status=202, problems=(429,))
    def POST(self) -> MailOutput:
        """Ask for a mail with a link that shows that the address is yours."""
        request = cherrypy.request
        services = request.services
        return links.request_verification(
            services.database,
            services.throttle,
            request.caller,
            client=request.remote.ip,
            mails=services.settings.can_mail,
        )


def sign_in(given: SignIn) -> TokenOutput:
    """A token for the client of the request; raises Unauthorized and TooManyAttempts."""
    services = cherrypy.request.services
    return use_cases.sign_in(
        services.database,
        services.throttle,
        given,
        client=cherrypy.request.remote.ip,
        ttl_seconds=services.settings.token_ttl_seconds,
    )


def change_password(caller: use_cases.Caller, change: PasswordChange) -> None:
    """Change it for the client of the request; raises Invalid and TooManyAttempts."""
    services = cherrypy.request.services
    use_cases.change_password(
        services.database, services.throttle, caller, change, client=cherrypy.request.remote.ip
    )


# What the API has below `/api/v1`.
RESOURCES = {
    "users": Users(),
    "tokens": Tokens(),
    "password-resets": Resets(),
    "email-verifications": Verifications(),
}

"""Users and their access tokens over HTTP."""

import cherrypy

from ..infrastructure.api import tools
from ..infrastructure.api.fields import path_id
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
    def PUT(self) -> None:
        """Change your password: all other tokens are worth nothing from then on."""
        change_password(cherrypy.request.caller, cherrypy.request.json)


@cherrypy.expose
class Me:
    """The caller."""

    password = Password()

    @token()
    def GET(self) -> AccountOutput:
        """The user whose token this is."""
        return AccountOutput.model_validate(cherrypy.request.caller)

    @token()
    @tools.body(kind=Deletion)
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
    def GET(self) -> UserPage:
        """All users, the newest first: for administrators."""
        request = cherrypy.request
        return use_cases.users(request.services.database, request.query)

    @tools.body(kind=Credentials)
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
        cherrypy.response.status = 201
        return UserOutput.model_validate(user)


@cherrypy.expose
class CurrentToken:
    """The token of the request."""

    @token()
    def DELETE(self) -> None:
        """Sign out: the token of this request is worth nothing from then on."""
        request = cherrypy.request
        use_cases.revoke(request.services.database, request.caller.token_digest)


@cherrypy.expose
class Token:
    """One of the caller's tokens."""

    @token()
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
    def GET(self) -> TokenPage:
        """Where you are signed in: your access tokens, the newest first."""
        request = cherrypy.request
        return use_cases.tokens(request.services.database, request.caller, request.query)

    @tools.body(kind=SignIn)
    def POST(self) -> TokenOutput:
        """Sign in: get an access token."""
        signed_in = sign_in(cherrypy.request.json)
        cherrypy.response.status = 201
        return signed_in

    @token()
    def DELETE(self) -> None:
        """Sign out everywhere: all your tokens are worth nothing from then on."""
        request = cherrypy.request
        use_cases.revoke_all(request.services.database, request.caller.id)


@cherrypy.expose
class Reset:
    """A new password, by the secret of a link that was mailed."""

    @tools.body(kind=PasswordReset)
    def PUT(self, secret: str) -> None:
        """Choose a new password, by the secret of such a link."""
        links.reset_password(cherrypy.request.services.database, secret, cherrypy.request.json)


@cherrypy.expose
@cherrypy.popargs("secret", handler=Reset())
class Resets:
    """For who has forgotten the password."""

    @tools.body(kind=ResetRequest)
    def POST(self) -> MailOutput:
        """Ask for a mail with a link by which you can choose a new password."""
        request = cherrypy.request
        services = request.services
        cherrypy.response.status = 202
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

    def PUT(self, secret: str) -> None:
        """Show that the address is yours, by the secret of such a link."""
        links.verify_email(cherrypy.request.services.database, secret)


@cherrypy.expose
@cherrypy.popargs("secret", handler=Verification())
class Verifications:
    """For who has not been mailed such a link, or too long ago."""

    @token()
    def POST(self) -> MailOutput:
        """Ask for a mail with a link that shows that the address is yours."""
        request = cherrypy.request
        services = request.services
        cherrypy.response.status = 202
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

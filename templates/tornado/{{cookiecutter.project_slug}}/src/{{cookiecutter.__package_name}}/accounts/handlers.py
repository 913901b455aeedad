"""Users and their access tokens over HTTP."""

from ..infrastructure.api.application import route
from ..infrastructure.api.endpoints import endpoint
from ..infrastructure.api.fields import path_id
from ..infrastructure.api.paging import PageQuery
from . import links, pages, use_cases
from .auth import ApiHandler
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
from .use_cases import Caller


class UsersHandler(ApiHandler):
    """All users."""

    @endpoint("list_users", problems=(403,))
    async def get(self, admin: Caller, query: PageQuery) -> UserPage:
        """All users, the newest first: for administrators."""
        return await use_cases.users(self.services.database, query)

    @endpoint("register", status=201, problems=(409, 429))
    async def post(self, body: Credentials) -> UserOutput:
        """Sign up."""
        database, throttle = self.services.database, self.services.throttle
        mails = self.services.settings.can_mail
        user = await use_cases.sign_up(database, throttle, body, client=self.client, mails=mails)
        return UserOutput.model_validate(user)


class MeHandler(ApiHandler):
    """The user whose token this is."""

    @endpoint("me")
    async def get(self, caller: Caller) -> AccountOutput:
        """The user whose token this is."""
        return AccountOutput.model_validate(caller)

    @endpoint("delete_account", problems=(429,))
    async def delete(self, caller: Caller, body: Deletion) -> None:
        """Delete yourself, with all that is yours."""
        database, throttle = self.services.database, self.services.throttle
        await use_cases.delete_account(database, throttle, caller, body, client=self.client)


class PasswordHandler(ApiHandler):
    """The password of the user whose token this is."""

    @endpoint("change_password", problems=(429,))
    async def put(self, caller: Caller, body: PasswordChange) -> None:
        """Change your password: all other tokens are worth nothing from then on."""
        database, throttle = self.services.database, self.services.throttle
        await use_cases.change_password(database, throttle, caller, body, client=self.client)


class TokensHandler(ApiHandler):
    """One's access tokens."""

    @endpoint("list_tokens")
    async def get(self, caller: Caller, query: PageQuery) -> TokenPage:
        """Where you are signed in: your access tokens, the newest first."""
        return await use_cases.tokens(self.services.database, caller, query)

    @endpoint("sign_in", status=201, problems=(401, 429))
    async def post(self, body: SignIn) -> TokenOutput:
        """Get an access token."""
        database, throttle = self.services.database, self.services.throttle
        seconds = self.services.settings.token_ttl_seconds
        return await use_cases.sign_in(
            database, throttle, body, client=self.client, ttl_seconds=seconds
        )

    @endpoint("sign_out_everywhere")
    async def delete(self, caller: Caller) -> None:
        """Sign out everywhere: all your tokens are worth nothing from then on."""
        await use_cases.revoke_all(self.services.database, caller.id)


class CurrentTokenHandler(ApiHandler):
    """The access token of the request."""

    @endpoint("sign_out")
    async def delete(self, caller: Caller) -> None:
        """Sign out: this token is worth nothing from then on."""
        await use_cases.revoke(self.services.database, caller.token_digest)


class TokenHandler(ApiHandler):
    """One of one's access tokens."""

    @endpoint("sign_out_elsewhere")
    async def delete(self, token_id: str, caller: Caller) -> None:
        """Sign out elsewhere: this token is worth nothing from then on."""
        await use_cases.revoke_one(self.services.database, caller.id, path_id(token_id))


class ResetsHandler(ApiHandler):
    """Mails by which passwords are reset."""

    @endpoint("request_reset", status=202, problems=(429,))
    async def post(self, body: ResetRequest) -> MailOutput:
        """Ask for a mail with a link by which you can choose a new password."""
        database, throttle = self.services.database, self.services.throttle
        mails = self.services.settings.can_mail
        return await links.request_reset(database, throttle, body, client=self.client, mails=mails)


class ResetHandler(ApiHandler):
    """What the link of such a mail is for."""

    @endpoint("reset_password")
    async def put(self, secret: str, body: PasswordReset) -> None:
        """Choose a new password, by the secret of the link."""
        await links.reset_password(self.services.database, secret, body)


class VerificationsHandler(ApiHandler):
    """Mails by which addresses are verified."""

    @endpoint("request_verification", status=202, problems=(429,))
    async def post(self, caller: Caller) -> MailOutput:
        """Ask for a mail with a link that shows that the address is yours."""
        database, throttle = self.services.database, self.services.throttle
        mails = self.services.settings.can_mail
        return await links.request_verification(
            database, throttle, caller, client=self.client, mails=mails
        )


class VerificationHandler(ApiHandler):
    """What the link of such a mail is for."""

    @endpoint("verify_email")
    async def put(self, secret: str) -> None:
        """Show that the address is yours, by the secret of the link."""
        await links.verify_email(self.services.database, secret)


RULES = [
    route("/api/v1/users", UsersHandler),
    route("/api/v1/users/me", MeHandler),
    route("/api/v1/users/me/password", PasswordHandler),
    route("/api/v1/tokens", TokensHandler),
    route("/api/v1/tokens/current", CurrentTokenHandler),
    route("/api/v1/tokens/{id}", TokenHandler),
    route("/api/v1/password-resets", ResetsHandler),
    route("/api/v1/password-resets/{secret}", ResetHandler),
    route("/api/v1/email-verifications", VerificationsHandler),
    route("/api/v1/email-verifications/{secret}", VerificationHandler),
    *pages.RULES,
]

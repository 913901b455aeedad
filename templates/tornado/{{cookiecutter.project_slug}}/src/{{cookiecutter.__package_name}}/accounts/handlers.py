"""Users and their access tokens over HTTP."""

from uuid import UUID

from pydantic import TypeAdapter

from ..infrastructure.api.application import route
from ..infrastructure.api.fields import PathId
from ..infrastructure.api.paging import PageQuery
from . import links, pages, use_cases
from .auth import ApiHandler
from .schemas import (
    AccountOutput,
    Credentials,
    Deletion,
    PasswordChange,
    PasswordReset,
    ResetRequest,
    SignIn,
    UserOutput,
)

_id: TypeAdapter[UUID | None] = TypeAdapter(PathId)
_query = TypeAdapter(PageQuery)
_credentials = TypeAdapter(Credentials)
_deletion = TypeAdapter(Deletion)
_change = TypeAdapter(PasswordChange)
_sign_in = TypeAdapter(SignIn)
_reset_request = TypeAdapter(ResetRequest)
_reset = TypeAdapter(PasswordReset)


class UsersHandler(ApiHandler):
    """All users."""

    async def get(self) -> None:
        """All users, the newest first: for administrators."""
        await self.get_admin()
        query = self.read_query(_query)
        self.respond(await use_cases.users(self.services.database, query))

    async def post(self) -> None:
        """Sign up."""
        services = self.services
        user = await use_cases.sign_up(
            services.database,
            services.throttle,
            self.read_body(_credentials),
            client=self.client,
            mails=services.settings.can_mail,
        )
        self.respond(UserOutput.model_validate(user), status=201)


class MeHandler(ApiHandler):
    """The user whose token this is."""

    async def get(self) -> None:
        """Who that is."""
        self.respond(AccountOutput.model_validate(await self.get_caller()))

    async def delete(self) -> None:
        """Delete yourself, with all that is yours."""
        caller, services = await self.get_caller(), self.services
        deletion = self.read_body(_deletion)
        await use_cases.delete_account(
            services.database, services.throttle, caller, deletion, client=self.client
        )
        self.set_status(204)


class PasswordHandler(ApiHandler):
    """The password of the user whose token this is."""

    async def put(self) -> None:
        """Change it: all other tokens are worth nothing from then on."""
        caller, services = await self.get_caller(), self.services
        change = self.read_body(_change)
        await use_cases.change_password(
            services.database, services.throttle, caller, change, client=self.client
        )
        self.set_status(204)


class TokensHandler(ApiHandler):
    """One's access tokens."""

    async def get(self) -> None:
        """Where you are signed in: your access tokens, the newest first."""
        caller = await self.get_caller()
        query = self.read_query(_query)
        self.respond(await use_cases.tokens(self.services.database, caller, query))

    async def post(self) -> None:
        """Sign in: get an access token."""
        services = self.services
        token = await use_cases.sign_in(
            services.database,
            services.throttle,
            self.read_body(_sign_in),
            client=self.client,
            ttl_seconds=services.settings.token_ttl_seconds,
        )
        self.respond(token, status=201)

    async def delete(self) -> None:
        """Sign out everywhere: all your tokens are worth nothing from then on."""
        caller = await self.get_caller()
        await use_cases.revoke_all(self.services.database, caller.id)
        self.set_status(204)


class CurrentTokenHandler(ApiHandler):
    """The access token of the request."""

    async def delete(self) -> None:
        """Sign out: it is worth nothing from then on."""
        caller = await self.get_caller()
        await use_cases.revoke(self.services.database, caller.token_digest)
        self.set_status(204)


class TokenHandler(ApiHandler):
    """One of one's access tokens."""

    async def delete(self, token_id: str) -> None:
        """Sign out elsewhere: it is worth nothing from then on."""
        caller, database = await self.get_caller(), self.services.database
        await use_cases.revoke_one(database, caller.id, _id.validate_python(token_id))
        self.set_status(204)


class ResetsHandler(ApiHandler):
    """Mails by which passwords are reset."""

    async def post(self) -> None:
        """Ask for a mail with a link by which you can choose a new password."""
        services = self.services
        mail = await links.request_reset(
            services.database,
            services.throttle,
            self.read_body(_reset_request),
            client=self.client,
            mails=services.settings.can_mail,
        )
        self.respond(mail, status=202)


class ResetHandler(ApiHandler):
    """What the link of such a mail is for."""

    async def put(self, secret: str) -> None:
        """Choose a new password, by the secret of the link."""
        await links.reset_password(self.services.database, secret, self.read_body(_reset))
        self.set_status(204)


class VerificationsHandler(ApiHandler):
    """Mails by which addresses are verified."""

    async def post(self) -> None:
        """Ask for a mail with a link that shows that the address is yours."""
        caller, services = await self.get_caller(), self.services
        mail = await links.request_verification(
            services.database,
            services.throttle,
            caller,
            client=self.client,
            mails=services.settings.can_mail,
        )
        self.respond(mail, status=202)


class VerificationHandler(ApiHandler):
    """What the link of such a mail is for."""

    async def put(self, secret: str) -> None:
        """Show that the address is yours, by the secret of the link."""
        await links.verify_email(self.services.database, secret)
        self.set_status(204)


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

"""Users and their access tokens over HTTP."""

from pydantic import TypeAdapter

from ..infrastructure.api.application import route
from . import use_cases
from .auth import ApiHandler
from .schemas import Credentials, SignIn, UserOutput

_credentials = TypeAdapter(Credentials)
_sign_in = TypeAdapter(SignIn)


class UsersHandler(ApiHandler):
    """All users."""

    async def post(self) -> None:
        """Sign up."""
        user = await use_cases.sign_up(
            self.services.database,
            self.services.throttle,
            self.read_body(_credentials),
            client=self.request.remote_ip or "",
        )
        self.respond(UserOutput.model_validate(user), status=201)


class MeHandler(ApiHandler):
    """The user whose token this is."""

    async def get(self) -> None:
        """Who that is."""
        self.respond(UserOutput.model_validate(await self.get_caller()))


class TokensHandler(ApiHandler):
    """All access tokens."""

    async def post(self) -> None:
        """Sign in: get an access token."""
        services = self.services
        token = await use_cases.sign_in(
            services.database,
            services.throttle,
            self.read_body(_sign_in),
            client=self.request.remote_ip or "",
            ttl_seconds=services.settings.token_ttl_seconds,
        )
        self.respond(token, status=201)


class CurrentTokenHandler(ApiHandler):
    """The access token of the request."""

    async def delete(self) -> None:
        """Sign out: it is worth nothing from then on."""
        caller = await self.get_caller()
        await use_cases.revoke(self.services.database, caller.token_digest)
        self.set_status(204)


RULES = [
    route("/api/v1/users", UsersHandler),
    route("/api/v1/users/me", MeHandler),
    route("/api/v1/tokens", TokensHandler),
    route("/api/v1/tokens/current", CurrentTokenHandler),
]

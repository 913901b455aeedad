"""Users and their access tokens over HTTP."""

from bottle import Bottle, request, response

from ..config import Settings
from ..infrastructure.api.requests import json_body
from ..infrastructure.database.access import Database
from ..infrastructure.security.throttle import Throttle
from . import use_cases
from .schemas import Credentials, SignIn, TokenOutput, UserOutput
from .use_cases import Caller


def add_routes(app: Bottle) -> None:
    """Add the routes to the API."""
    app.post("/users", callback=register, public=True)
    app.get("/users/me", callback=me)
    app.post("/tokens", callback=sign_in, public=True)
    app.delete("/tokens/current", callback=sign_out)


def register(database: Database, throttle: Throttle) -> UserOutput:
    """Sign up."""
    user = use_cases.sign_up(database, throttle, json_body(Credentials), client=client())
    response.status = 201
    return UserOutput.model_validate(user)


def me(caller: Caller) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(caller)


def sign_in(database: Database, throttle: Throttle, settings: Settings) -> TokenOutput:
    """Get an access token."""
    token = use_cases.sign_in(
        database,
        throttle,
        json_body(SignIn),
        client=client(),
        ttl_seconds=settings.token_ttl_seconds,
    )
    response.status = 201
    return token


def sign_out(database: Database, caller: Caller) -> None:
    """Make this token worthless."""
    use_cases.revoke(database, caller.token_digest)
    response.status = 204


def client() -> str:
    """The address that the request came from."""
    # Not `request.remote_addr`, which believes every `X-Forwarded-For`.
    address: str = request.environ["REMOTE_ADDR"]
    return address

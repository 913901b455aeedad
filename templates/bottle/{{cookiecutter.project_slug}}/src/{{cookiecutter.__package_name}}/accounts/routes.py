"""Users and their access tokens over HTTP."""

from bottle import Bottle, request

from ..config import Settings
from ..infrastructure.database.access import Database
from ..infrastructure.security.throttle import Throttle
from . import use_cases
from .schemas import Credentials, SignIn, TokenOutput, UserOutput
from .use_cases import Caller

app = Bottle()


@app.post("/users", public=True, status=201, problems=(409, 429))
def register(database: Database, throttle: Throttle, body: Credentials) -> UserOutput:
    """Sign up."""
    return UserOutput.model_validate(use_cases.sign_up(database, throttle, body, client=client()))


@app.get("/users/me")
def me(caller: Caller) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(caller)


@app.post("/tokens", public=True, status=201, problems=(401, 429))
def sign_in(
    database: Database, throttle: Throttle, settings: Settings, body: SignIn
) -> TokenOutput:
    """Get an access token."""
    ttl_seconds = settings.token_ttl_seconds
    return use_cases.sign_in(database, throttle, body, client=client(), ttl_seconds=ttl_seconds)


@app.delete("/tokens/current", status=204)
def sign_out(database: Database, caller: Caller) -> None:
    """Make this token worthless."""
    use_cases.revoke(database, caller.token_digest)


def client() -> str:
    """The address that the request came from."""
    # Not `request.remote_addr`, which believes every `X-Forwarded-For`.
    address: str = request.environ["REMOTE_ADDR"]
    return address

"""Users and their access tokens over HTTP."""

from flask import Blueprint, request

from ..infrastructure.api.schema import BEARER, Answers, api
from ..services import services
from . import use_cases
from .auth import signed_in
from .schemas import Credentials, SignIn, TokenOutput, UserOutput
from .use_cases import Caller

blueprint = Blueprint("accounts", __name__, url_prefix="/api/v1")


@blueprint.post("/users")
@api.validate(
    resp=Answers(400, 409, 413, 415, 422, 429, 503, HTTP_201=UserOutput), tags=["accounts"]
)
def register(json: Credentials) -> tuple[UserOutput, int]:
    """Sign up."""
    given = services()
    user = use_cases.sign_up(given.database, given.throttle, json, client=request.remote_addr or "")
    return UserOutput.model_validate(user), 201


@blueprint.post("/tokens")
@api.validate(
    resp=Answers(400, 401, 413, 415, 422, 429, 503, HTTP_201=TokenOutput), tags=["accounts"]
)
def sign_in(json: SignIn) -> tuple[TokenOutput, int]:
    """Sign in: get an access token."""
    given = services()
    token = use_cases.sign_in(
        given.database,
        given.throttle,
        json,
        client=request.remote_addr or "",
        ttl_seconds=given.settings.token_ttl_seconds,
    )
    return token, 201


@blueprint.delete("/tokens/current")
@signed_in
@api.validate(resp=Answers(401, 503, HTTP_204=None), tags=["accounts"], security=BEARER)
def sign_out(caller: Caller) -> tuple[str, int]:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(services().database, caller.token_digest)
    return "", 204


@blueprint.get("/users/me")
@signed_in
@api.validate(resp=Answers(401, 503, HTTP_200=UserOutput), tags=["accounts"], security=BEARER)
def me(caller: Caller) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(caller)

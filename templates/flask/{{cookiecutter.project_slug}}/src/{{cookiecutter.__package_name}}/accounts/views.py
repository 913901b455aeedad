"""Users and their access tokens over HTTP."""

from typing import Literal

from flask import request

from ..infrastructure.api.schema import ApiBlueprint
from ..services import services
from . import use_cases
from .auth import authenticate, caller
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

blueprint = ApiBlueprint("accounts", __name__, url_prefix="/api/v1", authenticate=authenticate)


@blueprint.post("/users", public=True, problems=(409, 429))
def register(json: Credentials) -> tuple[UserOutput, Literal[201]]:
    """Sign up."""
    given = services()
    user = use_cases.sign_up(given.database, given.throttle, json, client=request.remote_addr or "")
    return UserOutput.model_validate(user), 201


@blueprint.post("/tokens", public=True, problems=(401, 429))
def sign_in(json: SignIn) -> tuple[TokenOutput, Literal[201]]:
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
def sign_out() -> tuple[str, Literal[204]]:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(services().database, caller().token_digest)
    return "", 204


@blueprint.get("/users/me")
def me() -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(caller())

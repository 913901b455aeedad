"""Users and their access tokens over HTTP."""

from pydantic import TypeAdapter
from sanic import Blueprint
from sanic.response import HTTPResponse

from ..infrastructure.api.reading import read_json
from ..infrastructure.api.responses import empty, json
from ..services import Request
from . import use_cases
from .auth import authenticate
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

public = Blueprint("public")
own = Blueprint("own")
own.on_request(authenticate)
blueprint = Blueprint.group(public, own, url_prefix="/api/v1")

_credentials = TypeAdapter(Credentials)
_sign_in = TypeAdapter(SignIn)
_user = TypeAdapter(UserOutput)
_token = TypeAdapter(TokenOutput)


@public.post("/users", stream=True)
async def register(request: Request) -> HTTPResponse:
    """Sign up."""
    services = request.app.ctx
    user = await use_cases.sign_up(
        services.database,
        services.throttle,
        await read_json(request, _credentials),
        client=request.client_ip,
    )
    return json(_user, user, 201)


@public.post("/tokens", stream=True)
async def sign_in(request: Request) -> HTTPResponse:
    """Sign in: get an access token."""
    services = request.app.ctx
    token = await use_cases.sign_in(
        services.database,
        services.throttle,
        await read_json(request, _sign_in),
        client=request.client_ip,
        ttl_seconds=services.settings.token_ttl_seconds,
    )
    return json(_token, token, 201)


@own.delete("/tokens/current")
async def sign_out(request: Request) -> HTTPResponse:
    """Sign out: the token of this request is worth nothing from then on."""
    await use_cases.revoke(request.app.ctx.database, request.ctx.caller.token_digest)
    return empty()


@own.get("/users/me")
async def me(request: Request) -> HTTPResponse:
    """The user whose token this is."""
    return json(_user, request.ctx.caller)

"""Who makes a request."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from sanic.response import HTTPResponse

from .. import accounts
from ..accounts import Caller
from ..errors import InvalidToken
from ..inputs import access_token
from .request import Request

P = ParamSpec("P")
Handler = Callable[P, Coroutine[Any, Any, HTTPResponse | None]]


def bearer(request: Request) -> str:
    """The bearer token of a request, whatever it is worth; raises Unauthorized for none."""
    token = access_token(request.headers.getone("authorization", None))
    if not token.isascii():
        raise InvalidToken
    return token


def signed_in(
    handler: Handler[Concatenate[Request, Caller, P]],
) -> Handler[Concatenate[Request, P]]:
    """Hand over who makes the request; raises Unauthorized where nobody has proved that."""

    @wraps(handler)
    async def handle(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HTTPResponse | None:
        caller = await accounts.identify(request.app.ctx.database, bearer(request))
        return await handler(request, caller, *args, **kwargs)

    return handle

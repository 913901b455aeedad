"""Who makes a request."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from sanic.response import HTTPResponse

from ..infrastructure.api.inputs import access_token
from ..services import Request
from . import use_cases
from .errors import InvalidToken
from .use_cases import Caller

P = ParamSpec("P")
Handler = Callable[P, Coroutine[Any, Any, HTTPResponse | None]]


def signed_in(
    handler: Handler[Concatenate[Request, Caller, P]],
) -> Handler[Concatenate[Request, P]]:
    """Hand over who makes the request; raises Unauthorized where nobody has proved that."""

    @wraps(handler)
    async def handle(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HTTPResponse | None:
        token = access_token(request.header("authorization"))
        if not token.isascii():
            raise InvalidToken
        caller = await use_cases.identify(request.app.ctx.database, token)
        return await handler(request, caller, *args, **kwargs)

    return handle

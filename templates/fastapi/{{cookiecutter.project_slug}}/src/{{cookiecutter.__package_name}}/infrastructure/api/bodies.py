"""Request bodies: strict JSON of the one media type that an endpoint takes."""

from collections.abc import Callable, Coroutine
from typing import Any

import pydantic_core
from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

# Stands for a body that is no JSON. FastAPI reads the body before it looks who asks; this is no
# valid body of any endpoint, so the error comes after that, and `errors.py` makes it a 400.
MALFORMED = object()


class JsonRequest(Request):
    """A request whose JSON is UTF-8 and nothing else, without NaN or lone surrogates."""

    async def json(self) -> Any:
        """The body, or MALFORMED."""
        try:
            return pydantic_core.from_json(await self.body(), allow_inf_nan=False)
        except ValueError:
            return MALFORMED


class JsonRoute(APIRoute):
    """A route that reads its bodies so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI makes, given our kind of request."""
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_json


def accepts(*media_types: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """A dependency that refuses a body of another type."""

    async def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in media_types:
            raise HTTPException(415, headers={"Accept": ", ".join(media_types)})

    return check

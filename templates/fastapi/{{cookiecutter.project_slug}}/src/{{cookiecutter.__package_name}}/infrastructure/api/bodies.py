"""What a request brings: strict JSON of the one media type that an endpoint takes, and a query."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from json import JSONDecodeError
from typing import Any

import pydantic_core
from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

# Stands for a body that is no JSON. FastAPI reads the body before it looks who asks; this is no
# valid body of any endpoint, so the error comes after that, and `errors.py` makes it a 400.
MALFORMED = object()


class StrictQuery(QueryParams):
    """A query whose parameters are lists where they are given twice.

    FastAPI takes the last where one is meant, for which a list is no valid value.
    """

    def get(self, key: str, default: Any = None) -> Any:
        """What is given under this name."""
        given = self.getlist(key)
        return given if len(given) > 1 else super().get(key, default)


class JsonRequest(Request):
    """A request whose JSON is UTF-8 and nothing else, without NaN or lone surrogates."""

    def __init__(self, scope: Scope, receive: Receive, *, declares_body: bool) -> None:
        super().__init__(scope, receive)
        # Where one is declared FastAPI reads it, before all others.
        self._is_read_by_fastapi = declares_body

    @cached_property
    def query_params(self) -> QueryParams:
        """The query."""
        return StrictQuery(self.scope["query_string"])

    async def json(self) -> Any:
        """The body, or for FastAPI MALFORMED; for all others it raises JSONDecodeError."""
        body = await self.body()
        is_fastapi, self._is_read_by_fastapi = self._is_read_by_fastapi, False
        try:
            return pydantic_core.from_json(body, allow_inf_nan=False)
        except ValueError as error:
            # Of an empty body, FastAPI does not ask.
            if is_fastapi and body:
                return MALFORMED
            raise JSONDecodeError(str(error), body.decode(errors="replace"), 0) from error


class JsonRoute(APIRoute):
    """A route that reads its bodies so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI makes, given our kind of request."""
        handle = super().get_route_handler()
        declares_body = self.body_field is not None

        async def handle_json(request: Request) -> Response:
            return await handle(
                JsonRequest(request.scope, request.receive, declares_body=declares_body)
            )

        return handle_json


def accepts(*media_types: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """A dependency that refuses a body of another type."""

    async def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in media_types:
            raise HTTPException(415, headers={"Accept": ", ".join(media_types)})

    return check

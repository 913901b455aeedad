"""What a request brings: strict JSON of the one media type that an endpoint takes, and a query."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from json import JSONDecodeError
from typing import Any

import pydantic_core
from fastapi import HTTPException, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams

# Stands for a body that is no JSON. FastAPI reads the body before it looks who asks; this is no
# valid body of any endpoint, so the error comes after that, and `errors.py` makes it a 400.
MALFORMED = object()


class StrictQuery(QueryParams):
    """A query in which what is declared as one value is a list where it is given twice.

    FastAPI would take the last; a list is no valid value, and the endpoint is not called.
    """

    def __init__(self, query: bytes, declared: frozenset[str | None]) -> None:
        super().__init__(query)
        self._declared = declared

    def get(self, key: str, default: Any = None) -> Any:
        """What is given under this name."""
        if key in self._declared and len(given := self.getlist(key)) > 1:
            return given
        return super().get(key, default)


class JsonRequest(Request):
    """A request whose JSON is UTF-8 and nothing else, without NaN or lone surrogates."""

    def __init__(
        self, request: Request, *, declared: frozenset[str | None], declares_body: bool
    ) -> None:
        super().__init__(request.scope, request.receive)
        self._declared = declared
        # Where one is declared FastAPI reads it, before all others.
        self._is_read_by_fastapi = declares_body

    @cached_property
    def query_params(self) -> QueryParams:
        """The query."""
        return StrictQuery(self.scope["query_string"], self._declared)

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
        declared = frozenset(
            name
            for field in get_flat_params(self.dependant)
            for name in (field.alias, field.validation_alias)
        )

        async def handle_json(request: Request) -> Response:
            return await handle(
                JsonRequest(request, declared=declared, declares_body=declares_body)
            )

        return handle_json


def accepts(*media_types: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """A dependency that refuses a body of another type."""

    async def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in media_types:
            raise HTTPException(415, headers={"Accept": ", ".join(media_types)})

    return check

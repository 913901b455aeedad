"""What a request brings: strict JSON of the media type that an endpoint takes, and a query."""

from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property
from json import JSONDecodeError
from typing import Any

import pydantic_core
from fastapi import Depends, HTTPException, Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams

from .schema import problems

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"


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
    """A request whose JSON is UTF-8 and nothing else, without NaN or lone surrogates.

    FastAPI reads the body before it looks who asks: what is wrong with it is told by `check`, which
    comes after that.
    """

    def __init__(self, request: Request, route: "JsonRoute") -> None:
        super().__init__(request.scope, request.receive)
        self._route = route
        self._is_malformed = False

    @cached_property
    def query_params(self) -> QueryParams:
        """The query."""
        return StrictQuery(self.scope["query_string"], self._route.declared)

    async def json(self) -> Any:
        """The body; raises JSONDecodeError where none is declared that FastAPI reads."""
        body = await self.body()
        try:
            return pydantic_core.from_json(body, allow_inf_nan=False)
        except ValueError as error:
            # Of an empty body, FastAPI does not ask.
            self._is_malformed = self._route.takes_json and bool(body)
            if self._is_malformed:
                return None
            raise JSONDecodeError(str(error), body.decode(errors="replace"), 0) from error

    async def check(self) -> None:
        """Refuse a declared body of another media type, and one that is no JSON."""
        field = self._route.body_field
        if field is None or not self._route.takes_json:
            return
        body = await self.body()
        if not body and not field.field_info.is_required():
            return
        given = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        accepted = (JSON, MERGE_PATCH) if self.method == "PATCH" else (JSON,)
        if given not in accepted:
            raise HTTPException(415, headers={"Accept": ", ".join(accepted)})
        if self._is_malformed or not body:
            raise HTTPException(400, "The body is no JSON.")


async def _check(request: Request) -> None:
    assert isinstance(request, JsonRequest)
    await request.check()


class JsonRoute(APIRoute):
    """A route that reads its bodies so, and says in the document what is told of wrong ones."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        dependencies: Sequence[params.Depends] | None = None,
        **options: Any,
    ) -> None:
        # After those of the router, such as who asks: a stranger learns nothing of other errors.
        last = [] if options.get("methods") in (None, ["GET"]) else [Depends(_check)]
        super().__init__(path, endpoint, dependencies=[*(dependencies or ()), *last], **options)
        told = (400, 413, 415, 422) if self.takes_json else (422,) if self.declared else ()
        self.responses = problems(*told) | self.responses

    @property
    def takes_json(self) -> bool:
        """Whether a body is declared, and is neither a form nor of another type."""
        declared = self.body_field and self.body_field.field_info
        return isinstance(declared, params.Body) and declared.media_type == JSON

    @cached_property
    def declared(self) -> frozenset[str | None]:
        """The names of the parameters that may be wrong: an id in the path can't."""
        return frozenset(
            name
            for field in get_flat_params(self.dependant)
            if not isinstance(field.field_info, params.Path)
            for name in (field.alias, field.validation_alias)
        )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI makes, given our kind of request."""
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            return await handle(JsonRequest(request, self))

        return handle_json

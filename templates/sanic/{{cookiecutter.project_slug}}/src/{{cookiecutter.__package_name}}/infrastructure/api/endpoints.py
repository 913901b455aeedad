"""An endpoint of the API is its signature and its body, of which the OpenAPI document is made, too.

It is given `body` and `query` as the types of pydantic that they are annotated with, and returns a
model; or a tuple of one and the fields of the answer's head; or nothing, which is a 204.
"""

import asyncio
from collections.abc import Callable
from functools import update_wrapper
from inspect import signature
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from sanic.response import HTTPResponse

from .inputs import JSON, read_query
from .openapi import Operation, summary_of
from .reading import read_json
from .request import AnyApp, AnyRequest
from .routing import template


class Endpoint:
    """A handler as Sanic calls it."""

    def __init__(
        self, handler: Callable[..., Any], *, status: int, problems: tuple[int, ...], **output: Any
    ) -> None:
        update_wrapper(self, handler)
        self._handler = handler
        asked = signature(handler, eval_str=True)
        body, query = (
            name in asked.parameters and asked.parameters[name].annotation
            for name in ("body", "query")
        )
        self._body = body and TypeAdapter[Any](body)
        self._query = query and TypeAdapter[Any](query)
        if body:
            # By this, Sanic leaves it to the handler to read the body.
            self.is_stream = True
        returned = asked.return_annotation
        self._status = 204 if returned is None else status
        self._described = {
            "name": handler.__name__,
            "summary": summary_of(handler),
            "status": self._status,
            "output": get_args(returned)[0] if get_origin(returned) is tuple else returned,
            "problems": problems,
            "body": body or None,
            "query": query or None,
            **output,
        }

    async def __call__(self, request: AnyRequest, **arguments: Any) -> HTTPResponse | None:
        """Read what it takes, call it, and write what it returns."""
        if self._query:
            arguments["query"] = read_query(self._query, request.query_string)
        if self._body:
            arguments["body"] = await read_json(request, self._body)
        working = self._handler(request, **arguments)
        # Where the client leaves, Sanic cancels the task of its request: what changes something is
        # done to its end all the same.
        returned = await (working if request.method == "GET" else asyncio.shield(working))
        model, headers = returned if isinstance(returned, tuple) else (returned, None)
        if isinstance(model, BaseModel):
            return HTTPResponse(model.model_dump_json(), self._status, headers, JSON)
        return HTTPResponse(status=204) if self._status == 204 else returned

    def operation(self, path: str, method: str, *, is_public: bool) -> Operation:
        """What the document says of it."""
        return Operation(path=path, method=method, is_public=is_public, **self._described)


def endpoint(
    *, status: int = 200, problems: tuple[int, ...] = (), **output: Any
) -> Callable[[Callable[..., Any]], Endpoint]:
    """Make a handler an endpoint: below the decorator of its route.

    status: that of its answer; problems: the statuses that do not follow from the rest; `output`
    and `output_type`: what a response of its own has in it, and in which media type.
    """
    return lambda handler: Endpoint(handler, status=status, problems=problems, **output)


def operations(app: AnyApp, authenticate: object) -> tuple[Operation, ...]:
    """The endpoints of an application, for the document.

    authenticate: the middleware of those that are not for strangers.
    """
    found = (
        route.handler.operation(
            template(route) or "",
            method.lower(),
            is_public=authenticate
            not in {each.func for each in app.named_request_middleware.get(route.name, ())},
        )
        for route in app.router.routes
        if isinstance(route.handler, Endpoint)
        for method in route.methods
    )
    # Sanic's are in another order each time, and so would be the document of each worker.
    return tuple(sorted(found, key=lambda each: (each.path, each.method)))

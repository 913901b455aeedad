"""An endpoint of the API is its signature and its body, of which the OpenAPI document is made, too.

It is a method of a handler that is given what it has parameters for: `caller`, or `admin` where
only such may call, and `query` and `body` as the types of pydantic that they are annotated with. It
returns a model; or nothing, which is a 204.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial, wraps
from inspect import signature
from typing import Any

from pydantic import TypeAdapter
from tornado.routing import URLSpec

from .openapi import Operation, summary_of

# The parameters that say who calls, and how a handler finds out.
_CALLERS = {"caller": "get_caller", "admin": "get_admin"}


def endpoint(
    name: str, *, status: int = 200, problems: tuple[int, ...] = ()
) -> Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[None]]]:
    """Make a method an endpoint.

    name: that of the operation; status: that of the answer; problems: the statuses of errors that
    do not follow from the rest.
    """

    def decorate(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[None]]:
        asked = signature(method, eval_str=True)
        output = asked.return_annotation
        callers = {who: get for who, get in _CALLERS.items() if who in asked.parameters}
        query, body = (
            asked.parameters[each].annotation if each in asked.parameters else None
            for each in ("query", "body")
        )
        query_adapter, body_adapter = (each and TypeAdapter[Any](each) for each in (query, body))

        @wraps(method)
        async def answer(handler: Any, *path: str) -> None:
            arguments = {}
            # They come first: a stranger learns nothing from other errors.
            for who, get in callers.items():
                arguments[who] = await getattr(handler, get)()
            if query_adapter:
                arguments["query"] = handler.read_query(query_adapter)
            if body_adapter:
                arguments["body"] = handler.read_body(body_adapter)
            handler.respond(await method(handler, *path, **arguments), status=status)

        answer.__dict__["operation"] = partial(
            Operation,
            name=name,
            summary=summary_of(method),
            status=status if output else 204,
            output=output,
            problems=problems,
            body=body,
            query=query,
            is_public=not callers,
        )
        return answer

    return decorate


def operations(rules: Iterable[object]) -> tuple[Operation, ...]:
    """What the document says of the endpoints of some rules: those that `route` has made."""
    return tuple(
        operation(path=path, method=method.lower())
        for rule in rules
        if isinstance(rule, URLSpec) and (path := (rule.kwargs or {}).get("route"))
        for method in rule.handler_class.SUPPORTED_METHODS
        if (operation := getattr(getattr(rule.handler_class, method.lower()), "operation", None))
    )

"""What a view of the API says of itself: what it reads and answers, which describes it as well."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, get_type_hints

import pydantic_core
from pydantic import TypeAdapter
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent
from pyramid.registry import Registry
from pyramid.renderers import JSON
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from .openapi import Operation, summary_of
from .request import Request

View = Callable[[Any, Request], Any]

# No browser sends a token by itself, so nothing has to be protected against forged forms.
api_view = partial(view_config, renderer="json", require_csrf=False)


def includeme(config: Configurator) -> None:
    """Have views read what they say, and `renderer="json"` write pydantic's types as well."""
    config.add_view_deriver(reading_view)
    renderer = JSON(ensure_ascii=False, separators=(",", ":"))
    # What has no `__json__` of its own.
    renderer.add_adapter(object, lambda value, _request: pydantic_core.to_jsonable_python(value))
    config.add_renderer("json", renderer)


def reading_view(view: View, info: Any) -> View:
    """Read what a view says that it takes; by then it is known who asks.

    body, query: types of pydantic, for `request.validated_body` and `request.validated_query`;
    status: that of the answer; problems: the statuses of errors, beside those that it has anyway.
    """
    body, query = (
        kind and TypeAdapter[Any](kind) for kind in map(info.options.get, ("body", "query"))
    )
    status = info.options.get("status")
    if not (body or query or status):
        return view

    def read(context: Any, request: Request) -> Any:
        if query:
            request.validated_query = request.read_query(query)
        if body:
            request.validated_body = request.read_json(body)
        if status:
            request.response.status_int = status
        return view(context, request)

    return read


# Pyramid's way to have options.
reading_view.options = ("body", "query", "status", "problems")  # type: ignore[attr-defined]


def operations(registry: Registry) -> tuple[Operation, ...]:
    """The operations below `/api/`, of which the OpenAPI document is made."""
    return tuple(_operations(registry.introspector))


@cache
def template_of(pattern: str) -> str:
    """The pattern of a route, without what its parts have to match: `/api/v1/notes/{id}`.

    Where it is included by a prefix, or is of static files, Pyramid has no slash before it.
    """
    return "/" + re.sub(r":[^{}]*(\{[^{}]*\}[^{}]*)*\}", "}", pattern).lstrip("/")


def methods_of(view: Any) -> tuple[str, ...]:
    """The methods that a view says it is for, as the introspector knows it."""
    given = view["request_methods"] or ()
    return (given,) if isinstance(given, str) else given


def _operations(introspector: Any) -> Iterator[Operation]:
    for found in introspector.get_category("views", ()):
        view = found["introspectable"]
        route = view["route_name"] and introspector.get("routes", view["route_name"])
        path = template_of(route["pattern"]) if route else ""
        if not path.startswith("/api/"):
            continue
        permissions = {each.get("value") for each in found["related"]}
        for method in methods_of(view) or ("GET",):
            yield _operation(
                view,
                path=path,
                method=method.lower(),
                is_public=NO_PERMISSION_REQUIRED in permissions,
            )


def _operation(view: Any, *, path: str, method: str, is_public: bool) -> Operation:
    called = getattr(view["callable"], view["attr"]) if view["attr"] else view["callable"]
    output = get_type_hints(called).get("return")
    return Operation(
        path,
        method,
        called.__qualname__,
        summary_of(called) or called.__name__,
        204 if output is HTTPNoContent else view.get("status", 200),
        output,
        problems=tuple(view.get("problems", ())),
        body=view.get("body"),
        query=view.get("query"),
        is_public=is_public,
    )

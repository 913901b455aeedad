"""What an address is called in metrics and logs, and which methods it takes."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from ..edge.wsgi import ROUTE
from .request import Request

Handler = Callable[[Request], Response]


def includeme(config: Configurator) -> None:
    """Tell the edge, for metrics and logs, which address a request was for."""
    config.add_tween(f"{__name__}.naming_tween_factory", under=EXCVIEW)


def naming_tween_factory(handler: Handler, registry: Registry) -> Handler:
    """The innermost tween: a subscriber would have Pyramid tell of every other event as well."""

    def name(request: Request) -> Response:
        try:
            return handler(request)
        finally:
            request.environ[ROUTE] = _template(request)

    return name


def _template(request: Request) -> str | None:
    """The template of a route or of a resource, such as `/api/v1/notes/{id}`."""
    if request.matched_route:
        return str(request.matched_route.pattern)
    # A view's name is what is left of a path when there is no further resource.
    is_found = not request.__dict__.get("view_name", "x")
    return getattr(request.context, "route", None) if is_found else None


def allowed_methods(request: Request) -> set[str]:
    """The methods for which the address has a view."""
    views = request.registry.introspector.get_category("views")
    methods: set[str] = set()
    for view in (item["introspectable"] for item in views):
        if _is_for(view, request):
            given = view["request_methods"] or ()
            methods.update({given} if isinstance(given, str) else given)
    # A view for GET is one for HEAD, too.
    return methods | {"HEAD"} if "GET" in methods else methods


def _is_for(view: Mapping[str, Any], request: Request) -> bool:
    route = request.matched_route
    if route:
        return bool(view["route_name"] == route.name)
    context = view["context"]
    return (
        view["name"] == request.view_name
        and inspect.isclass(context)
        and isinstance(request.context, context)
    )

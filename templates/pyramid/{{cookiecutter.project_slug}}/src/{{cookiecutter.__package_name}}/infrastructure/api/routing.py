"""What an address is called in metrics and logs, and which methods it takes."""

from collections.abc import Callable

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPError
from pyramid.interfaces import VH_ROOT_KEY
from pyramid.registry import Registry
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from ..edge.wsgi import ROUTE
from .request import Request
from .views import methods_of, template_of

Handler = Callable[[Request], Response]


def includeme(config: Configurator) -> None:
    """Tell the edge, for metrics and logs, which address a request was for."""
    config.add_tween(f"{__name__}.naming_tween_factory", under=EXCVIEW)


def naming_tween_factory(handler: Handler, registry: Registry) -> Handler:
    """The innermost tween: a subscriber would have Pyramid tell of every other event as well."""

    def name(request: Request) -> Response:
        # By this header, Pyramid lets whoever sends it choose where traversal begins.
        request.environ.pop(VH_ROOT_KEY, None)
        try:
            response = handler(request)
        finally:
            if request.matched_route:
                request.environ[ROUTE] = template_of(request.matched_route.pattern)
        if isinstance(response, HTTPError) and not response.has_body:
            # Returned or raised, it is told in the same way.
            raise response
        return response

    return name


def allowed_methods(request: Request) -> set[str]:
    """The methods for which the route of a request has a view."""
    name = request.matched_route and request.matched_route.name
    views = (view["introspectable"] for view in request.registry.introspector.get_category("views"))
    methods = {
        each for view in views if name and view["route_name"] == name for each in methods_of(view)
    }
    # A view for GET is one for HEAD, too.
    return methods | {"HEAD"} if "GET" in methods else methods

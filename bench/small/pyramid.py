"""A small ordinary endpoint, as a feature of a project."""

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED


def includeme(config: Configurator) -> None:
    """Add the view."""
    config.add_route("small", "/api/v1/small")
    config.add_view(small, route_name="small", renderer="json", permission=NO_PERMISSION_REQUIRED)


def small(request: Request) -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}

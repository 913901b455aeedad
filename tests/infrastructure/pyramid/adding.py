"""What adds a view."""

from typing import Any

from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED


def add_view(config: Configurator, path: str, view: Any, **options: Any) -> None:
    """A view for anybody, whose answer is JSON, at a path of its own."""
    config.add_route(path, path)
    config.add_view(
        view, route_name=path, renderer="json", permission=NO_PERMISSION_REQUIRED, **options
    )

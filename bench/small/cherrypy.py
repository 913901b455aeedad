"""A small ordinary endpoint, as a feature of a project."""

import cherrypy

from ..infrastructure.api import tools
from ..services import Services


@cherrypy.expose
@tools.route(template="/api/v1/small")
class Small:
    """A small answer."""

    def __init__(self, services: Services) -> None:
        pass

    def GET(self) -> dict[str, str]:
        """Answer."""
        return {"hello": "world"}


RESOURCES = {"small": Small}

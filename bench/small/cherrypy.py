"""A small ordinary endpoint, as a feature of a project."""

import cherrypy


@cherrypy.expose
class Small:
    """A small answer."""

    def GET(self) -> dict[str, str]:
        """Answer."""
        return {"hello": "world"}


RESOURCES = {"small": Small()}

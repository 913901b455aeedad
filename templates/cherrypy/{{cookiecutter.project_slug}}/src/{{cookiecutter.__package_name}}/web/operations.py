"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from typing import Any

import cherrypy

from ..features import modules
from ..infrastructure.api import docs, openapi, tools
from ..infrastructure.api.document import below
from ..infrastructure.api.errors import Problem
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.operations import operations
from ..infrastructure.api.pages import HTML
from ..infrastructure.observability import metrics


def openapi_document() -> bytes:
    """The OpenAPI document: what the features' controllers say by their signatures and Tools."""
    return openapi.openapi_document(
        tuple(
            operation
            for module in modules("controllers")
            for name, resource in module.RESOURCES.items()
            for operation in operations(resource, f"/api/v1/{name}")
        )
    )


class Root:
    """The pages; `create_app` hangs the rest of the tree on it."""

    account: object
    api: object

    def __init__(self) -> None:
        self.docs = Docs()

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @tools.page(template="web/templates/index.html")
    def index(self) -> dict[str, Any]:
        """The page that says what this is."""
        return {"development": cherrypy.request.services.settings.app_env == "development"}

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @cherrypy.tools.json_out(handler=tools.write_json)
    def livez(self) -> dict[str, str]:
        """Say that the process answers; touches nothing else."""
        return {"status": "ok"}

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @cherrypy.tools.json_out(handler=tools.write_json)
    def readyz(self) -> dict[str, object]:
        """Say whether what the service depends on answers as well."""
        checks = cherrypy.request.services.readiness.checks()
        if set(checks.values()) != {"ok"}:
            raise Problem(503, detail="The service is not ready.", checks=checks)
        return {"status": "ok", "checks": checks}

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    def metrics(self) -> bytes:
        """Prometheus metrics."""
        cherrypy.response.headers["Content-Type"] = metrics.MEDIA_TYPE
        text: bytes = cherrypy.request.services.metrics.render()
        return text

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @cherrypy.config(**{"request.route": "/openapi.json"})
    def openapi_json(self) -> bytes:
        """The OpenAPI document."""
        cherrypy.response.headers["Content-Type"] = JSON
        return below(cherrypy.request.script_name, openapi_document())


class Docs:
    """The documentation of the API, for people."""

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    def index(self) -> str:
        """The page."""
        headers = cherrypy.response.headers
        headers["Content-Type"] = HTML
        headers["Content-Security-Policy"] = docs.CONTENT_SECURITY_POLICY
        return docs.PAGE

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    def default(self, name: str) -> bytes:
        """What that page loads."""
        if name not in docs.MEDIA_TYPES:
            raise cherrypy.NotFound
        headers = cherrypy.response.headers
        headers["Content-Type"] = docs.MEDIA_TYPES[name]
        headers["Cache-Control"] = "public, max-age=3600"
        return docs.asset(name)

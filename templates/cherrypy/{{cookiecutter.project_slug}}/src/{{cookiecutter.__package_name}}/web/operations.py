"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from typing import Any

import cherrypy
from cherrypy._cpdispatch import punctuation_to_underscores

from ..infrastructure.api import docs, tools
from ..infrastructure.api.compression import compressed
from ..infrastructure.api.errors import Problem
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.pages import HTML
from ..infrastructure.observability import metrics
from ..services import Services
from .document import openapi_document


class Root:
    """The pages; `create_app` hangs the rest of the tree on it."""

    account: object
    api: object

    def __init__(self, services: Services) -> None:
        self._services = services
        self.docs = Docs()

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @tools.route(template="/")
    @tools.page(template="web/templates/index.html")
    def index(self) -> dict[str, Any]:
        """The page that says what this is."""
        return {"development": self._services.settings.app_env == "development"}

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @cherrypy.tools.json_out(handler=tools.write_json)
    @tools.route(template="/livez")
    def livez(self) -> dict[str, str]:
        """Say that the process answers; touches nothing else."""
        return {"status": "ok"}

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @cherrypy.tools.json_out(handler=tools.write_json)
    @tools.route(template="/readyz")
    def readyz(self) -> dict[str, object]:
        """Say whether what the service depends on answers as well."""
        checks = self._services.readiness.checks()
        if set(checks.values()) != {"ok"}:
            raise Problem(503, detail="The service is not ready.", checks=checks)
        return {"status": "ok", "checks": checks}

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @tools.route(template="/metrics")
    def metrics(self) -> bytes:
        """Prometheus metrics."""
        cherrypy.response.headers["Content-Type"] = metrics.MEDIA_TYPE
        return self._services.metrics.render()

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @tools.route(template="/openapi.json")
    def openapi_json(self) -> bytes:
        """The OpenAPI document."""
        cherrypy.response.headers["Content-Type"] = JSON
        return compressed(docs.below(cherrypy.request.script_name, openapi_document()))


class Docs:
    """The documentation of the API, for people."""

    def __init__(self) -> None:
        for name in docs.MEDIA_TYPES:
            setattr(self, name.translate(punctuation_to_underscores), Asset(name))

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @tools.route(template="/docs")
    def index(self) -> bytes:
        """The page."""
        headers = cherrypy.response.headers
        headers["Content-Type"] = HTML
        headers["Content-Security-Policy"] = docs.CONTENT_SECURITY_POLICY
        return docs.PAGE.encode()


@cherrypy.expose
@cherrypy.tools.allow(methods=["GET"])
class Asset:
    """What that page loads."""

    # What the decorators put here is for all of them.
    _cp_config: dict[str, Any]

    def __init__(self, name: str) -> None:
        self._name = name
        self._cp_config = {**self._cp_config, "tools.route.template": f"/docs/{name}"}

    def __call__(self) -> bytes:
        """The content."""
        headers = cherrypy.response.headers
        headers["Content-Type"] = docs.MEDIA_TYPES[self._name]
        headers["Cache-Control"] = "public, max-age=3600"
        return compressed(docs.asset(self._name))

"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

import orjson
from tornado.ioloop import IOLoop
from tornado.web import HTTPError

from ..about import DESCRIPTION, NAME, VERSION
from ..features import modules
from ..infrastructure.api import docs, openapi
from ..infrastructure.api.application import route
from ..infrastructure.api.document import below
from ..infrastructure.api.endpoints import operations
from ..infrastructure.api.inputs import JSON
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.observability import metrics
from ..services import Handler


def openapi_document() -> bytes:
    """The OpenAPI document: what the features' endpoints say by their signatures."""
    rules = [rule for module in modules("handlers") for rule in module.RULES]
    return openapi.openapi_document(operations(rules))


class LiveHandler(Handler):
    """Whether the process answers."""

    def get(self) -> None:
        """Say so; touches nothing else."""
        self.set_header("Content-Type", JSON)
        self.finish(b'{"status":"ok"}')


class ReadyHandler(Handler):
    """Whether what the service depends on answers as well."""

    async def get(self) -> None:
        """Ask, and say so."""
        checks = await self.services.readiness.checks()
        if set(checks.values()) == {"ok"}:
            self.set_header("Content-Type", JSON)
            self.finish(orjson.dumps({"status": "ok", "checks": checks}))
        else:
            self.finish(self.problem(503, detail="The service is not ready.", checks=checks))


class MetricsHandler(Handler):
    """Prometheus metrics."""

    async def get(self) -> None:
        """Several workers' are read from files: off the loop."""
        text = await IOLoop.current().run_in_executor(None, self.services.metrics.render)
        self.set_header("Content-Type", metrics.MEDIA_TYPE)
        self.finish(text)


class OpenapiHandler(Handler):
    """The OpenAPI document."""

    def get(self) -> None:
        """As JSON."""
        self.set_header("Content-Type", JSON)
        self.finish(below(self.prefix, openapi_document()))


class DocsHandler(Handler):
    """The documentation of the API, for people."""

    def get(self) -> None:
        """The page."""
        self.set_header("Content-Security-Policy", docs.CONTENT_SECURITY_POLICY)
        self.finish(docs.PAGE)


class DocsAssetHandler(Handler):
    """What that page loads."""

    async def get(self, name: str) -> None:
        """Read from a file the first time: off the loop."""
        if name not in docs.MEDIA_TYPES:
            raise HTTPError(404)
        content = await IOLoop.current().run_in_executor(None, docs.asset, name)
        self.set_header("Content-Type", docs.MEDIA_TYPES[name])
        self.set_header("Cache-Control", "public, max-age=3600")
        self.finish(content)


class IndexHandler(Handler):
    """The page that says what this is."""

    def get(self) -> None:
        """The page."""
        self.set_header("Content-Security-Policy", PAGE_POLICY)
        self.render(
            "web/templates/index.html",
            name=NAME,
            version=VERSION,
            description=DESCRIPTION,
            development=self.services.settings.app_env == "development",
        )


RULES = [
    route("/livez", LiveHandler),
    route("/readyz", ReadyHandler, name="readyz"),
    route("/metrics", MetricsHandler),
    route("/openapi.json", OpenapiHandler),
    route("/docs", DocsHandler, name="docs"),
    route("/docs/{name}", DocsAssetHandler, name="docs-asset"),
    route("/", IndexHandler, name="index"),
]

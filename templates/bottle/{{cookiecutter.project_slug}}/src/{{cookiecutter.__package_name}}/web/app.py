"""The application: how it is put together, and what operators and people look at.

A view gets what it has parameters for from the plugin: services, and who calls.
"""

from collections.abc import Iterator
from functools import cache, partial
from multiprocessing.util import Finalize
from pathlib import Path

import bottle
from bottle import Bottle, HTTPResponse, Route, abort, request, response, template

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.auth import identify, identify_admin
from ..config import Settings
from ..features import modules
from ..infrastructure.api import docs, openapi
from ..infrastructure.api.document import below
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.plugins import (
    ServicePlugin,
    add_routes,
    operation,
    problem_response,
    refuse_malformed_path,
)
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.edge.wsgi import EdgeMiddleware
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import MEDIA_TYPE as PROMETHEUS
from ..infrastructure.observability.metrics import Metrics
from ..services import Services

API = "/api/v1"
VIEWS = [str(Path(__file__).with_name("views"))]

pages = Bottle()


def create_app(settings: Settings | None = None) -> Bottle:
    """Make the application; the settings come from the environment where none are given.

    It can be served, called and mounted like any other Bottle.
    """
    settings = settings or Settings.load()
    services = Services.of(settings)
    database = services.database
    app = Bottle()
    # What nobody foresaw is the edge's to log and to answer, not Bottle's.
    app.config["catchall"] = False
    app.add_hook("before_request", refuse_malformed_path)
    callers = {"caller": partial(identify, database), "admin": partial(identify_admin, database)}
    app.install(ServicePlugin(vars(services), callers=callers, close=database.close))
    add_routes(app, pages.routes)
    for module in modules("pages"):
        add_routes(app, module.app.routes)
    add_routes(app, _routes_of_features(), prefix=API)
    for route in app.routes:
        # A mistake in it shows now, and the first request needs not wait.
        route.prepare()
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, app.close, exitpriority=0)
    wsgi = app.wsgi
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing

        wsgi = tracing.traced(wsgi, settings, database)
    app.wsgi = EdgeMiddleware(  # type: ignore[method-assign]  # what Bottle calls
        wsgi, edge=services.edge, passes_errors_on=lambda: bottle.DEBUG
    )
    return app


@cache
def openapi_document() -> bytes:
    """The OpenAPI document: what the features' views say by their signatures."""
    return openapi.openapi_document(
        tuple(operation(route, prefix=API) for route in _routes_of_features())
    )


def _routes_of_features() -> Iterator[Route]:
    for module in modules("routes"):
        yield from module.app.routes


@pages.get("/livez")
def livez() -> dict[str, str]:
    """Say that the process answers; touches nothing else."""
    return {"status": "ok"}


@pages.get("/readyz", name="readyz")
def readyz(readiness: Readiness) -> dict[str, object] | HTTPResponse:
    """Say whether what the service depends on answers as well."""
    checks = readiness.checks()
    if set(checks.values()) == {"ok"}:
        return {"status": "ok", "checks": checks}
    return problem_response(503, detail="The service is not ready.", checks=checks)


@pages.get("/metrics")
def get_metrics(metrics: Metrics) -> bytes:
    """Prometheus metrics."""
    response.content_type = PROMETHEUS
    return metrics.render()


@pages.get("/openapi.json")
def get_openapi() -> bytes:
    """The OpenAPI document."""
    response.content_type = JSON
    return below(request.environ.get("SCRIPT_NAME", ""), openapi_document())


@pages.get("/docs", name="docs")
def get_docs() -> str:
    """The documentation of the API, for people."""
    response.set_header("Content-Security-Policy", docs.CONTENT_SECURITY_POLICY)
    return docs.PAGE


@pages.get("/docs/<name>", name="docs_asset")
def get_docs_asset(name: str) -> bytes:
    """What that page loads."""
    if name not in docs.MEDIA_TYPES:
        abort(404)
    response.content_type = docs.MEDIA_TYPES[name]
    response.set_header("Cache-Control", "public, max-age=3600")
    return docs.asset(name)


@pages.get("/")
def index(settings: Settings) -> str:
    """The page that says what this is."""
    response.set_header("Content-Security-Policy", PAGE_POLICY)
    page: str = template(
        "index",
        template_lookup=VIEWS,
        name=NAME,
        description=DESCRIPTION,
        version=VERSION,
        development=settings.app_env == "development",
        url=request.app.get_url,
    )
    return page

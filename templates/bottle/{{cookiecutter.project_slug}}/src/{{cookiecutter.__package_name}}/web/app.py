"""The application: how it is put together, and what operators and people look at.

A view gets what it has parameters for from the plugins: services, and who calls.
"""

from importlib import import_module
from multiprocessing.util import Finalize
from pathlib import Path

from bottle import Bottle, HTTPResponse, abort, request, response, template

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.auth import TokenPlugin
from ..config import Settings, load
from ..features import FEATURES
from ..infrastructure.api import docs, openapi
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.plugins import make_bottle, problem_response
from ..infrastructure.api.requests import refuse_malformed_path
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.edge.wsgi import EdgeMiddleware
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import MEDIA_TYPE as PROMETHEUS
from ..infrastructure.observability.metrics import Metrics
from ..services import Services

VIEWS = [str(Path(__file__).with_name("views"))]


def create_app(settings: Settings | None = None) -> Bottle:
    """Make the application; the settings come from the environment where none are given.

    It is a WSGI application, which can be called from within another one. To mount it in another
    Bottle, hand over its `wsgi`: of a Bottle, only the routes would be taken.
    """
    settings = settings or load()
    services = Services.of(settings)
    app = make_operations(services)
    app.mount("/api/v1/", make_api(services))
    app.add_hook("before_request", refuse_malformed_path)
    # What nobody foresaw is the edge's to log and to answer, not Bottle's.
    app.config["catchall"] = False
    for route in app.routes:
        # A mistake in it shows now, and the first request needs not wait.
        route.prepare()
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, app.close, exitpriority=0)
    wsgi = app.wsgi
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing_wsgi

        wsgi = tracing_wsgi.traced(wsgi, settings, services.database.engine)
    app.wsgi = EdgeMiddleware(wsgi, edge=services.edge)  # type: ignore[method-assign]  # what Bottle calls
    return app


def make_operations(services: Services) -> Bottle:
    """What operators and people look at."""
    app = make_bottle(vars(services), close=services.database.close)
    app.get("/livez", callback=livez)
    app.get("/readyz", callback=readyz, name="readyz")
    app.get("/metrics", callback=get_metrics)
    app.get("/openapi.json", callback=get_openapi)
    app.get("/docs", callback=get_docs, name="docs")
    app.get("/docs/<name>", callback=get_docs_asset, name="docs_asset")
    app.get("/", callback=index)
    return app


def make_api(services: Services) -> Bottle:
    """The API, to be mounted: what the features add to it."""
    app = make_bottle(vars(services), close=services.database.close)
    app.install(TokenPlugin(services.database))
    for feature in FEATURES:
        import_module(f"..{feature}.routes", __package__).add_routes(app)
    return app


def openapi_document() -> bytes:
    """The OpenAPI document: what the features say of their operations."""
    return openapi.openapi_document(
        tuple(
            operation
            for feature in FEATURES
            for operation in import_module(f"..{feature}.operations", __package__).OPERATIONS
        )
    )


def livez() -> dict[str, str]:
    """Say that the process answers; touches nothing else."""
    return {"status": "ok"}


def readyz(readiness: Readiness) -> dict[str, object] | HTTPResponse:
    """Say whether what the service depends on answers as well."""
    checks = readiness.checks()
    if set(checks.values()) == {"ok"}:
        return {"status": "ok", "checks": checks}
    return problem_response(503, detail="The service is not ready.", checks=checks)


def get_metrics(metrics: Metrics) -> bytes:
    """Prometheus metrics."""
    response.content_type = PROMETHEUS
    return metrics.render()


def get_openapi() -> bytes:
    """The OpenAPI document."""
    response.content_type = JSON
    return docs.below(request.environ.get("SCRIPT_NAME", ""), openapi_document())


def get_docs() -> str:
    """The documentation of the API, for people."""
    response.set_header("Content-Security-Policy", docs.CONTENT_SECURITY_POLICY)
    return docs.PAGE


def get_docs_asset(name: str) -> bytes:
    """What that page loads."""
    if name not in docs.MEDIA_TYPES:
        abort(404)
    response.content_type = docs.MEDIA_TYPES[name]
    response.set_header("Cache-Control", "public, max-age=3600")
    return docs.asset(name)


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

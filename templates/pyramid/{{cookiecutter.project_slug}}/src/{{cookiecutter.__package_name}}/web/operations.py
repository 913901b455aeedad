"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from functools import partial

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.request import Request
from ..infrastructure.api import docs, openapi
from ..infrastructure.api.document import below
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.pages import EXTENSION
from ..infrastructure.api.views import operations
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.observability import metrics
from .errors import respond

_public_view = partial(view_config, request_method="GET", permission=NO_PERMISSION_REQUIRED)


def includeme(config: Configurator) -> None:
    """Add routes and views."""
    # First, since it is asked for most often: routes are tried one after the other.
    config.add_route("livez", "/livez")
    config.add_route("readyz", "/readyz")
    config.add_route("metrics", "/metrics")
    config.add_route("openapi", "/openapi.json")
    config.add_route("docs", "/docs")
    config.add_route("docs_asset", "/docs/{name}")
    config.add_route("index", "/")
    config.scan(__name__)


@_public_view(route_name="livez", renderer="json")
def livez(_request: Request) -> dict[str, str]:
    """Say that the process answers; touches nothing else."""
    return {"status": "ok"}


@_public_view(route_name="readyz", renderer="json")
def readyz(request: Request) -> Response | dict[str, object]:
    """Say whether what the service depends on answers as well."""
    checks = request.services.readiness.checks()
    if set(checks.values()) == {"ok"}:
        return {"status": "ok", "checks": checks}
    return respond(request, 503, detail="The service is not ready.", checks=checks)


@_public_view(route_name="metrics")
def get_metrics(request: Request) -> Response:
    """Prometheus metrics."""
    body = request.services.metrics.render()
    return Response(body, headerlist=[("Content-Type", metrics.MEDIA_TYPE)])


@_public_view(route_name="openapi")
def get_openapi(request: Request) -> Response:
    """The OpenAPI document."""
    document = openapi.openapi_document(operations(request.registry))
    return Response(below(request.script_name, document), content_type=JSON)


@_public_view(route_name="docs")
def get_docs(_request: Request) -> Response:
    """The documentation of the API, for people."""
    response = Response(docs.PAGE, charset="utf-8")
    response.headers["Content-Security-Policy"] = docs.CONTENT_SECURITY_POLICY
    return response


@_public_view(route_name="docs_asset")
def get_docs_asset(request: Request) -> Response:
    """What that page loads."""
    name = request.matchdict["name"]
    if name not in docs.MEDIA_TYPES:
        raise HTTPNotFound
    headers = [("Content-Type", docs.MEDIA_TYPES[name]), ("Cache-Control", "public, max-age=3600")]
    return Response(docs.asset(name), headerlist=headers)


@_public_view(route_name="index", renderer=f"templates/index{EXTENSION}")
def index(request: Request) -> dict[str, object]:
    """The page that says what this is."""
    request.response.headers["Content-Security-Policy"] = PAGE_POLICY
    return {
        "name": NAME,
        "version": VERSION,
        "description": DESCRIPTION,
        "development": request.services.settings.app_env == "development",
    }

"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from flask import Blueprint, Response, abort, current_app, render_template, request

from ..about import DESCRIPTION, NAME, VERSION
from ..infrastructure.api import docs
from ..infrastructure.api.document import below
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.schema import openapi_document
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.observability import metrics
from ..services import services
from .errors import respond

blueprint = Blueprint("operations", __name__)


@blueprint.get("/livez")
def livez() -> dict[str, str]:
    """Say that the process answers; touches nothing else."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> Response | dict[str, object]:
    """Say whether what the service depends on answers as well."""
    checks = services().readiness.checks()
    if set(checks.values()) == {"ok"}:
        return {"status": "ok", "checks": checks}
    return respond(503, detail="The service is not ready.", checks=checks)


@blueprint.get("/metrics")
def get_metrics() -> Response:
    """Prometheus metrics."""
    return Response(services().metrics.render(), content_type=metrics.MEDIA_TYPE)


@blueprint.get("/openapi.json")
def get_openapi() -> Response:
    """The OpenAPI document."""
    document = below(request.root_path, openapi_document(current_app))
    return Response(document, content_type=JSON)


@blueprint.get("/docs")
def get_docs() -> Response:
    """The documentation of the API, for people."""
    return Response(docs.PAGE, headers={"Content-Security-Policy": docs.CONTENT_SECURITY_POLICY})


@blueprint.get("/docs/<name>")
def get_docs_asset(name: str) -> Response:
    """What that page loads."""
    if name not in docs.MEDIA_TYPES:
        abort(404)
    return Response(
        docs.asset(name),
        content_type=docs.MEDIA_TYPES[name],
        headers={"Cache-Control": "public, max-age=3600"},
    )


@blueprint.get("/")
def index() -> tuple[str, dict[str, str]]:
    """The page that says what this is."""
    page = render_template(
        "index.html",
        name=NAME,
        version=VERSION,
        description=DESCRIPTION,
        development=services().settings.app_env == "development",
    )
    return page, {"Content-Security-Policy": PAGE_POLICY}

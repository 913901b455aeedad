"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.templating import Jinja2Templates

from ..about import DESCRIPTION, NAME, VERSION
from ..infrastructure.api import docs
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.observability import metrics
from ..services import ServicesDep
from .errors import respond

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(Path(__file__).with_name("templates"))


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process answers; touches nothing else."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request, services: ServicesDep) -> Response:
    """Say whether what the service depends on answers as well."""
    checks = await services.readiness.checks()
    if set(checks.values()) == {"ok"}:
        return JSONResponse({"status": "ok", "checks": checks})
    return respond(request, 503, detail="The service is not ready.", checks=checks)


@router.get("/metrics")
def get_metrics(services: ServicesDep) -> Response:
    """Prometheus metrics, read from files where there are several workers: in a thread."""
    return Response(services.metrics.render(), media_type=metrics.MEDIA_TYPE)


@router.get("/docs")
async def get_docs() -> HTMLResponse:
    """The documentation of the API, for people."""
    return HTMLResponse(
        docs.PAGE, headers={"Content-Security-Policy": docs.CONTENT_SECURITY_POLICY}
    )


@router.get("/docs/{name}")
def get_docs_asset(name: str) -> Response:
    """What that page loads: read from a file the first time, so in a thread."""
    if name not in docs.MEDIA_TYPES:
        raise HTTPException(404)
    return Response(
        docs.asset(name),
        media_type=docs.MEDIA_TYPES[name],
        headers={"Cache-Control": "public, max-age=3600"},
    )


@router.get("/")
async def index(request: Request, services: ServicesDep) -> HTMLResponse:
    """The page that says what this is."""
    return _templates.TemplateResponse(
        request,
        "index.html",
        {
            "name": NAME,
            "version": VERSION,
            "description": DESCRIPTION,
            "development": services.settings.app_env == "development",
        },
        headers={"Content-Security-Policy": PAGE_POLICY},
    )

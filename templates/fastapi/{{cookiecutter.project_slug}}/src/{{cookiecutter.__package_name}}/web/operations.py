"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from pathlib import Path
from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel

from ..about import DESCRIPTION, NAME, VERSION
from ..infrastructure.api import docs
from ..infrastructure.api.problems import MEDIA_TYPE, problem, reference
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.observability import metrics
from ..services import ServicesDep

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(Path(__file__).with_name("templates"))


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


@router.get("/livez")
async def livez() -> Live:
    """Say that the process answers; touches nothing else."""
    return Live()


@router.get("/readyz")
async def readyz(request: Request, services: ServicesDep) -> Response:
    """Say whether what the service depends on answers as well."""
    checks = await services.readiness.checks()
    if set(checks.values()) == {"ok"}:
        return JSONResponse({"status": "ok", "checks": checks})
    body = problem(
        503,
        detail="The service is not ready.",
        instance=reference(request.scope["path"]),
        request_id=request.state.request_id,
        checks=checks,
    )
    return JSONResponse(body, 503, media_type=MEDIA_TYPE)


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

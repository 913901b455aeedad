"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

import asyncio
from pathlib import Path

from html5tagger import HTML, E
from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.response import HTTPResponse, html, json

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts.auth import authenticate
from ..infrastructure.api import docs
from ..infrastructure.api.document import below
from ..infrastructure.api.endpoints import operations
from ..infrastructure.api.inputs import JSON
from ..infrastructure.api.openapi import openapi_document
from ..infrastructure.api.pages import document
from ..infrastructure.edge.policy import PAGE_POLICY
from ..infrastructure.observability import metrics
from ..services import Request
from .errors import respond

blueprint = Blueprint("operations")

_NEXT_STEPS = HTML(Path(__file__).with_name("next_steps.html").read_text("utf-8"))


@blueprint.get("/livez")
async def livez(_request: Request) -> HTTPResponse:
    """Say that the process answers; touches nothing else."""
    return json({"status": "ok"})


@blueprint.get("/readyz")
async def readyz(request: Request) -> HTTPResponse:
    """Say whether what the service depends on answers as well."""
    checks = await request.app.ctx.readiness.checks()
    if set(checks.values()) == {"ok"}:
        return json({"status": "ok", "checks": checks})
    return respond(request, 503, detail="The service is not ready.", checks=checks)


@blueprint.get("/metrics")
async def get_metrics(request: Request) -> HTTPResponse:
    """Prometheus metrics, read from files where there are several workers: in a thread."""
    body = await asyncio.to_thread(request.app.ctx.metrics.render)
    return HTTPResponse(body, content_type=metrics.MEDIA_TYPE)


@blueprint.get("/openapi.json")
async def get_openapi(request: Request) -> HTTPResponse:
    """The OpenAPI document."""
    described = openapi_document(operations(request.app, authenticate))
    return HTTPResponse(below(request.prefix, described), content_type=JSON)


@blueprint.get("/docs")
async def get_docs(_request: Request) -> HTTPResponse:
    """The documentation of the API, for people."""
    return html(docs.PAGE, headers={"Content-Security-Policy": docs.CONTENT_SECURITY_POLICY})


@blueprint.get("/docs/<name:str>")
async def get_docs_asset(_request: Request, name: str) -> HTTPResponse:
    """What that page loads: read from a file the first time, so in a thread."""
    if name not in docs.MEDIA_TYPES:
        raise NotFound
    return HTTPResponse(
        await asyncio.to_thread(docs.asset, name),
        headers={"Cache-Control": "public, max-age=3600"},
        content_type=docs.MEDIA_TYPES[name],
    )


@blueprint.get("/")
async def index(request: Request) -> HTTPResponse:
    """The page that says what this is."""
    page = document(request, NAME)
    with page.main:
        page.p(f"Version {VERSION}", class_="state").h1(NAME).p(DESCRIPTION, class_="lead")
        links = E.a("The API, documented", href=f"{request.prefix}/docs")
        links.a("Is the service ready?", href=f"{request.prefix}/readyz")
        page.p(links.a("Sign up", href=f"{request.prefix}/account/sign-up"), class_="links")
        if request.app.ctx.settings.app_env == "development":
            page(_NEXT_STEPS)
    return html(page, headers={"Content-Security-Policy": PAGE_POLICY})

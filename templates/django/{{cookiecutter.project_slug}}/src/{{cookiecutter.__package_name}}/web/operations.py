"""What operators and people look at: health, metrics, the documentation, the page at `/`."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..about import DESCRIPTION, NAME, VERSION
from ..infrastructure.api import docs
from ..infrastructure.api.answers import respond
from ..infrastructure.api.document import below
from ..infrastructure.api.schema import JSON, openapi_document
from ..infrastructure.observability import metrics
from ..services import services
from .api import api

View = Callable[..., HttpResponse]


def read_only(view: View) -> View:
    """Without a form, any method but GET is wrong, rather than forged."""
    return csrf_exempt(require_safe(view))


@read_only
def livez(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing else."""
    return HttpResponse(b'{"status":"ok"}', content_type=JSON)


@read_only
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether what the service depends on answers as well."""
    checks = services().readiness.checks()
    if set(checks.values()) == {"ok"}:
        return JsonResponse({"status": "ok", "checks": checks})
    return respond(request, 503, detail="The service is not ready.", checks=checks)


@read_only
def get_metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus metrics."""
    return HttpResponse(services().metrics.render(), content_type=metrics.MEDIA_TYPE)


@read_only
def get_openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    prefix = get_script_prefix().rstrip("/")
    return HttpResponse(below(prefix, openapi_document(api)), content_type=JSON)


@read_only
def get_docs(_request: HttpRequest) -> HttpResponse:
    """The documentation of the API, for people."""
    return HttpResponse(
        docs.PAGE, headers={"Content-Security-Policy": docs.CONTENT_SECURITY_POLICY}
    )


@read_only
def get_docs_asset(_request: HttpRequest, name: str) -> HttpResponse:
    """What that page loads."""
    if name not in docs.MEDIA_TYPES:
        raise Http404
    return HttpResponse(
        docs.asset(name),
        content_type=docs.MEDIA_TYPES[name],
        headers={"Cache-Control": "public, max-age=3600"},
    )


@read_only
def index(request: HttpRequest) -> HttpResponse:
    """The page that says what this is, in the reader's language."""
    context = {
        "name": NAME,
        "version": VERSION,
        "description": DESCRIPTION,
        "development": services().settings.app_env == "development",
    }
    return render(request, "index.html", context)

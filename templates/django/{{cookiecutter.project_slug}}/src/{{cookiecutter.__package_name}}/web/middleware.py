"""What is done around views."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from ..infrastructure.api.answers import respond
from ..infrastructure.edge.handlers import make_if_short
from ..infrastructure.edge.middleware import EdgeMiddleware
from ..infrastructure.edge.policy import PROBES
from ..services import services
from . import errors

CSP = "Content-Security-Policy"
# Of pages that have none of their own, such as by django-csp, or by Django itself since 6.0.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# In development, of those that say what went wrong: Django's have it all in the page, not so yours.
DEBUG_POLICY = f"{POLICY}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"


@sync_and_async_middleware
def edge(get_response: Any) -> EdgeMiddleware:
    """The first: what is done to every request and answer, whatever the view."""
    return EdgeMiddleware(get_response, services().edge)


class ServiceMiddleware(MiddlewareMixin):
    """Tells clients what is refused, in a problem."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        """Answer at once what probes ask for: by address, whatever ALLOWED_HOSTS says."""
        if request.method == "HEAD" and errors.is_for_programs(request):
            # Django Ninja has only GET.
            request.method = "GET"
        if request.path_info not in PROBES:
            return None
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = request.resolver_match.func(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """What Django calls where a view fails."""
        return errors.expected(request, error)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Django, Django Ninja and WhiteNoise refuse without a word; in development, with pages."""
        if request.META["REQUEST_METHOD"] == "HEAD":
            request.method = "HEAD"
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        # What a view says by itself is its own affair, but for pages in the API.
        is_bare = response.status_code in {405, 416} and not getattr(response, "content", "")
        if is_bare or (
            response.status_code in {404, 405} and is_page and errors.is_for_programs(request)
        ):
            return _refusal(request, response)
        make_if_short(response)
        if is_page:
            is_debug = settings.DEBUG and response.status_code >= 400
            response.headers.setdefault(CSP, DEBUG_POLICY if is_debug else POLICY)
        return response


def _refusal(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    kept = {
        name: value
        for name, value in response.headers.items()
        if name == "Content-Range" or not name.lower().startswith("content-")
    }
    if errors.is_for_programs(request) and "HEAD" not in kept.get("Allow", "HEAD"):
        # What is there for GET; Django Ninja does not say so.
        kept["Allow"] = kept["Allow"].replace("GET", "GET, HEAD")
    refusal = respond(request, response.status_code, headers=kept)
    refusal.cookies = response.cookies
    return refusal

"""What is done around views."""

import logging
import traceback
from collections.abc import Callable

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.conf import settings
from django.core.exceptions import BadRequest, MiddlewareNotUsed, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import resolve

from ..infrastructure.edge import routes
from . import errors

View = Callable[[HttpRequest], HttpResponseBase]

CSP = "Content-Security-Policy"
DEBUG_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'"
)
# What the admin raises where it takes what is in an address or a form for its own.
MALFORMED = (ValidationError, ValueError, OverflowError, DataError)
ADMIN = "django.contrib.admin."
# Whose code the admin calls: this project's, and that of the apps of others.
APPS = {app.partition(".")[0] for app in settings.INSTALLED_APPS} - {"django"}

_log = logging.getLogger(__name__)


class StraightToTheApi:
    """Takes a request of the API to its view, past the middleware for pages.

    All that together takes longer than Django takes for the rest of a small request.
    """

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        if errors.is_for_programs(request):
            response = _call_view(request)
            _declare_length(response)
        else:
            response = self._get_response(request)
            if request.resolver_match is not None:
                routes.tell(request, request.resolver_match.route)
        if response.status_code in {405, 416}:
            response = _refusal(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """What Django calls where the view of a page fails; raises BadRequest."""
        if isinstance(error, MALFORMED) and _is_of_the_admin(error):
            _log.warning("malformed request of the admin", exc_info=error)
            raise BadRequest("The request is malformed.") from error
        return errors.expected(request, error)


class DebugPages:
    """Lets the pages on which Django shows errors in development have their styles and scripts."""

    def __init__(self, get_response: View) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self._get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and response.status_code >= 400 and CSP not in response.headers:
            response.headers[CSP] = DEBUG_POLICY
        return response


def _is_of_the_admin(error: Exception) -> bool:
    """Whether Django's admin failed by itself, and no code that it called."""
    modules = [
        frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__)
    ]
    blamed = (
        module.startswith(ADMIN)
        for module in reversed(modules)
        if module.startswith(ADMIN) or module.partition(".")[0] in APPS
    )
    return next(blamed, False)


def _declare_length(response: HttpResponseBase) -> None:
    """What Django's CommonMiddleware does for pages: the edge sends a short body in one piece."""
    if isinstance(response, HttpResponse) and response.status_code != 204:
        response.headers["Content-Length"] = str(len(response.content))


def _call_view(request: HttpRequest) -> HttpResponseBase:
    if request.method == "HEAD":
        # Django Ninja has only GET; the edge leaves the body out.
        request.method = "GET"
    try:
        match = request.resolver_match = resolve(request.path_info)
        routes.tell(request, match.route)
        view = async_to_sync(match.func) if iscoroutinefunction(match.func) else match.func
        response: HttpResponseBase = view(request, *match.args, **match.kwargs)
    except Http404:
        # In development, Django would have a page for that.
        return errors.respond(request, 404)
    except Exception as error:
        if (expected := errors.expected(request, error)) is None:
            raise
        return expected
    if isinstance(response, HttpResponseNotAllowed) and "HEAD" not in response.headers["Allow"]:
        response.headers["Allow"] = response.headers["Allow"].replace("GET", "GET, HEAD")
    return response


def _refusal(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """As a problem, what Django, Django Ninja and WhiteNoise refuse without a word."""
    kept = {
        name: value
        for name, value in response.headers.items()
        if name in {"Allow", "Content-Range"}
    }
    return errors.respond(request, response.status_code, headers=kept)

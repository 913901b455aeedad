"""Errors become problem details here, and nowhere else; for people, they become pages."""

import logging
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template import loader
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from ..infrastructure.api.problems import (
    MEDIA_TYPE,
    field_errors,
    headers_of,
    problem,
    reference,
    status_of,
)
from ..infrastructure.database.access import AWAY
from ..infrastructure.edge.policy import PROBES
from ..infrastructure.errors import DomainError, OutcomeUnknown, Unauthorized, Unavailable
from ..infrastructure.observability.logs import request_id

# Where clients are programs, whatever they accept: no pages, no sessions, no translations.
PROGRAMS = PROBES | {"/openapi.json", "/docs"}
PROGRAMS_BELOW = ("/api/", "/docs/")

_JSON_OR_PAGE = (MEDIA_TYPE, "application/json", "text/html")

_log = logging.getLogger(__name__)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether nobody but programs asks at this address."""
    path = request.path_info
    return path in PROGRAMS or path.startswith(PROGRAMS_BELOW)


def respond(
    request: HttpRequest, status: int, *, headers: dict[str, str] | None = None, **members: Any
) -> HttpResponse:
    """An answer that is a problem, or a page for who would rather read one."""
    instance = reference(request.path)
    body = problem(status, instance=instance, request_id=request_id.get() or "", **members)
    if not is_for_programs(request) and request.get_preferred_type(_JSON_OR_PAGE) == "text/html":
        return _page(request, body, headers)
    content = orjson.dumps(body)
    return HttpResponse(
        content,
        status=status,
        headers={**(headers or {}), "Content-Length": str(len(content))},
        content_type=MEDIA_TYPE,
    )


def _page(
    request: HttpRequest, context: dict[str, Any], headers: dict[str, str] | None
) -> HttpResponse:
    status = context["status"]
    # As everywhere with Django, a template such as `404.html` is for that status.
    template = loader.select_template([f"{status}.html", "error.html"])
    # What a request gives to templates may have failed itself.
    content = template.render(context, request if status < 500 else None)
    return HttpResponse(content, status=status, headers=headers)


def expected(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to an error that is no mistake of ours; None for any other."""
    match error:
        case DomainError():
            headers = headers_of(error)
            return respond(request, status_of(error), headers=headers, detail=str(error))
        case RequestDataTooBig():
            return respond(request, 413)
    # Where it is not known what became of a transaction, it is a failure as any other.
    if isinstance(error, AWAY) and not isinstance(error.__cause__, OutcomeUnknown):
        _log.warning("the database is not available", extra={"cause": str(error)})
        return expected(request, Unavailable("The database is not available."))
    return None


def install(api: NinjaAPI) -> None:
    """Have the errors of the API answered so, and not in Django Ninja's own way."""

    @api.exception_handler(AuthenticationError)
    def unauthorized(request: HttpRequest, _error: AuthenticationError) -> HttpResponse | None:
        return expected(request, Unauthorized("A bearer token is needed."))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return respond(request, error.status_code, detail=error.message)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return respond(request, 422, errors=[_field_error(each) for each in error.errors])

    @api.exception_handler(Exception)
    def other(_request: HttpRequest, error: Exception) -> HttpResponse:
        # The middleware knows what to do, or Django does.
        raise error


def _field_error(error: dict[str, Any]) -> dict[str, str]:
    # Where: "body" and the name of the view's argument, or "query".
    within, *place = error["loc"]
    location = tuple(place[1:] if within == "body" else place)
    [found] = field_errors([{**error, "loc": location}], within=within)
    return found


# What Django calls, by its settings and by `urls.py`, while DEBUG is off.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where that was it."""
    return expected(request, exception) or respond(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return respond(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form of somebody else, or of a session that is over."""
    return respond(request, 403, detail=reason)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return respond(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; Django has logged it."""
    return respond(request, 500)

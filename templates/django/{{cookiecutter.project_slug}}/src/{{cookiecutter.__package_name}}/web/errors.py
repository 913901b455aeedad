"""Errors become problem details here, and nowhere else; who reads pages has those of Django."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as RefusedByDjango
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.views import csrf, defaults
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from ..infrastructure.api.answers import respond
from ..infrastructure.api.problems import MEDIA_TYPE, answer_to, field_errors
from ..infrastructure.api.schema import is_json
from ..infrastructure.database.access import AWAY
from ..infrastructure.errors import DomainError, OutcomeUnknown, Unauthorized, Unavailable

_JSON_OR_PAGE = (MEDIA_TYPE, "application/json", "text/html")

_log = logging.getLogger(__name__)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the answer is JSON, whatever a client accepts."""
    return request.path_info.startswith("/api/")


def wants_page(request: HttpRequest) -> bool:
    """Whether who asks would rather read a page than JSON."""
    return not is_for_programs(request) and request.get_preferred_type(_JSON_OR_PAGE) == "text/html"


def expected(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to an error that is no mistake of ours; None for any other."""
    if isinstance(error, DomainError):
        status, headers, members = answer_to(error)
        if wants_page(request):
            template = loader.select_template([f"{status}.html", "error.html"])
            content = template.render({"status": status, "detail": error}, request)
            return HttpResponse(content, status=status, headers=headers)
        return respond(request, status, headers=headers, **members)
    # Where it is not known what became of a transaction, it is a failure as any other.
    if isinstance(error, AWAY) and not _is_unknown(error):
        _log.warning("the database is not available", extra={"cause": str(error)})
        return expected(request, Unavailable("The database is not available."))
    return None


def _is_unknown(error: BaseException | None) -> bool:
    """Whether it came of a lost commit, after which Django may find no new connection either."""
    while error and not isinstance(error, OutcomeUnknown):
        error = error.__cause__ or error.__context__
    return error is not None


def install(api: NinjaAPI) -> None:
    """Have the errors of the API answered so, and not in Django Ninja's own way."""

    @api.exception_handler(AuthenticationError)
    def unauthorized(request: HttpRequest, _error: AuthenticationError) -> HttpResponse | None:
        return expected(request, Unauthorized("A bearer token is needed."))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        # Django Ninja makes 400 of whatever its parser raises.
        cause = error.__cause__ if isinstance(error.__cause__, HttpError) else error
        return respond(request, cause.status_code, detail=cause.message)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        if not request.body and error.errors[0]["loc"][0] == "body":
            # Django Ninja has not looked at it.
            return respond(request, 400 if is_json(request) else 415)
        return respond(request, 422, errors=[_field_error(each) for each in error.errors])

    @api.exception_handler(RefusedByDjango)
    def refused_by_django(request: HttpRequest, error: RefusedByDjango) -> HttpResponse:
        """What a model, a form or a validator of Django says of the values."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        errors = [
            {"pointer": f"/{name}" if name not in {"", NON_FIELD_ERRORS} else "", "detail": text}
            for name, messages in found.items()
            for text in messages
        ]
        return respond(request, 422, errors=errors)

    @api.exception_handler(Http404)
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


def _told(status: int, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What Django calls while DEBUG is off: its own, which renders `404.html`, is for people."""

    def answer(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if wants_page(request):
            return page(request, *arguments, **options)
        return respond(request, status)

    return answer


bad_request = _told(400, defaults.bad_request)
permission_denied = _told(403, defaults.permission_denied)
csrf_failure = _told(403, csrf.csrf_failure)
page_not_found = _told(404, defaults.page_not_found)
server_error = _told(500, defaults.server_error)

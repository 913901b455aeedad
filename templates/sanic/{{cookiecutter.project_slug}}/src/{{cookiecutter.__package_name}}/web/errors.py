"""Errors become problem details here, and nowhere else."""

import logging
from typing import Any

import orjson
from sanic.exceptions import (
    PayloadTooLarge,
    RequestCancelled,
    SanicException,
    ServiceUnavailable,
)
from sanic.handlers import ErrorHandler as SanicErrorHandler
from sanic.response import HTTPResponse

from ..infrastructure.api.problems import MEDIA_TYPE, answer_to, problem
from ..infrastructure.api.reading import Refusal
from ..infrastructure.edge.middleware import leave
from ..infrastructure.errors import DomainError
from ..services import Request

# As nginx counts clients that leave before they have an answer; RFC 9110 has no number for that.
CLIENT_CLOSED_REQUEST = 499

_log = logging.getLogger(__name__)


class ErrorHandler(SanicErrorHandler):
    """Answers every error of the application and of Sanic as a problem."""

    def default(  # type: ignore[override]  # all requests are of our class
        self, request: Request, exception: BaseException
    ) -> HTTPResponse:
        """The answer to an error that no handler has been added for."""
        match exception:
            case DomainError():
                status, headers, members = answer_to(exception)
                return respond(request, status, headers, **members)
            case RequestCancelled():
                # Nobody is there to read it; it is for the log.
                return HTTPResponse(status=CLIENT_CLOSED_REQUEST)
            case ServiceUnavailable() if request.stream and request.stream.request_body:
                # Sanic took a client that stalls in the middle of a body for a slow handler. It
                # would wait for the rest before it closes the connection.
                request.stream.request_body = None  # type: ignore[misc]  # Http has it
                return respond(request, 408)
            case PayloadTooLarge():
                leave(request)
                return respond(request, 413, of=Refusal)
            case SanicException(status_code=status) if status != 500:
                # What Sanic says where no handler was found, problems say in a sentence.
                said = str(exception) if request.route else ""
                members = {"context": exception.context} if exception.context else {}
                answer = respond(request, status, exception.headers, detail=said, **members)
            case _:
                answer = respond(request, 500)
        if answer.status >= 500:
            _log.error("unhandled error", exc_info=exception, extra={"path": request.path})
        return answer


def respond(
    request: Request,
    status: int,
    headers: dict[str, str] | None = None,
    *,
    of: type[HTTPResponse] = HTTPResponse,
    **members: Any,
) -> HTTPResponse:
    """A problem; its members besides are given by name."""
    instance = request.prefix + request.path
    body = problem(status, instance=instance, request_id=request.id, **members)
    return of(orjson.dumps(body), status, headers, MEDIA_TYPE)

"""Errors become problem details here, and nowhere else."""

from typing import Any

import orjson
import structlog
from sanic.exceptions import (
    MethodNotAllowed,
    PayloadTooLarge,
    SanicException,
    ServiceUnavailable,
)
from sanic.handlers import ErrorHandler as SanicErrorHandler
from sanic.response import HTTPResponse

from ..errors import DomainError
from ..inputs import InputError
from ..problems import MEDIA_TYPE, headers_of, problem, status_of
from .bodies import linger
from .middleware import leave
from .request import Request

_log = structlog.get_logger(__name__)


class ErrorHandler(SanicErrorHandler):
    """Answers every error of the application and of Sanic as a problem."""

    def __init__(self) -> None:
        super().__init__()
        self.add(PayloadTooLarge, _refuse_body)

    def default(  # type: ignore[override]  # all requests are of our class
        self, request: Request, exception: Exception
    ) -> HTTPResponse:
        """The answer to an error that no handler has been added for."""
        match exception:
            case DomainError():
                headers = headers_of(exception)
                return _respond(request, status_of(exception), headers, detail=str(exception))
            case InputError():
                return _respond(request, exception.status, **exception.members)
            case MethodNotAllowed():
                return _respond(request, 405, {"Allow": _with_head(exception.headers["Allow"])})
            case ServiceUnavailable() if request.stream and request.stream.request_body:
                # Sanic took a client that stalls in the middle of a body for a slow handler.
                return _respond(request, 408)
            case SanicException() if exception.status_code < 500:
                return _respond(request, exception.status_code, exception.headers)
        _log.error("unhandled error", path=request.path, exc_info=exception)
        return _respond(request, 500)


async def _refuse_body(request: Request, _error: PayloadTooLarge) -> None:
    leave(request)
    response = await request.respond(_respond(request, 413))
    await response.send(end_stream=True)
    await linger(request)


def _with_head(methods: str) -> str:
    names = {name.strip() for name in methods.split(",")}
    return ", ".join(sorted(names | ({"HEAD"} if "GET" in names else set())))


def _respond(
    request: Request, status: int, headers: dict[str, str] | None = None, **members: Any
) -> HTTPResponse:
    body = problem(status, instance=request.path, request_id=request.id, **members)
    return HTTPResponse(orjson.dumps(body), status, headers, MEDIA_TYPE)

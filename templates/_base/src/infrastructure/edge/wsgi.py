"""The edge of the service around a WSGI application."""

import io
import logging
import sys
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from types import TracebackType
from typing import IO, Any, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson

from ..api.problems import MEDIA_TYPE, problem, reference
from ..errors import DomainError
from ..observability.logs import request_id
from ..patience import statement_seconds
from ..serving.threads import INCOMPLETE, LOGGED
from .policy import DEFAULT_HEADERS, KEPT, PAGE_HEADERS, Edge, plain_address

# Keys of the environ. The framework finds the request's id under the first one, and puts the
# template of the route that matched, such as `/api/v1/notes/{id}`, under the other.
REQUEST_ID = "service.request_id"
ROUTE = "service.route"
# A body up to this length is given to the server in one piece, which is faster.
ONE_PIECE_BYTES = 1_048_576

Headers: TypeAlias = list[tuple[str, str]]
ExceptionInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
)

_log = logging.getLogger(__name__)


class BodyTooLarge(DomainError):
    """There is more of a body than is read."""

    status = 413


class EdgeMiddleware:
    """One WSGI layer: each further one would cost a call and a copy of the headers.

    To read a body that is longer than MAX_BODY_BYTES raises BodyTooLarge in the application.

    passes_errors_on: asked where the application fails, which is answered with 500 otherwise.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        edge: Edge,
        passes_errors_on: Callable[[], bool] = lambda: False,
    ) -> None:
        self._app = app
        self._edge = edge
        self._passes_errors_on = passes_errors_on

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request."""
        exchange = _Exchange(self._edge, environ, start_response)
        self._edge.in_progress.add(exchange)
        _bound_input(environ, self._edge.max_body_bytes)
        try:
            body: Iterable[bytes] | None = self._refuse(environ, exchange)
            if body is None:
                body = self._app(environ, exchange.start_response)
            if environ["REQUEST_METHOD"] == "HEAD":
                body = _close(body)
            elif exchange.is_short and not isinstance(body, list):
                body = _collect(body)
        except BodyTooLarge:
            # Read by what stands around the framework's own handling of errors.
            body = exchange.answer(413, exc_info=sys.exc_info())
        except Exception:
            if self._passes_errors_on():
                self._edge.in_progress.discard(exchange)
                raise
            _log.exception("unhandled error", extra={"path": exchange.path})
            body = exchange.answer(500, exc_info=sys.exc_info())
        if not isinstance(body, list):
            return _Stream(body, exchange)
        exchange.finish()
        return body

    def _refuse(self, environ: WSGIEnvironment, exchange: "_Exchange") -> list[bytes] | None:
        """Answer what the application need not see."""
        if INCOMPLETE in environ:
            return exchange.answer(environ[INCOMPLETE])
        refusal = self._edge.refusal(
            environ["REQUEST_METHOD"],
            environ.get("HTTP_HOST", ""),
            environ["PATH_INFO"] or environ.get("SCRIPT_NAME", ""),
            coding=environ.get("HTTP_TRANSFER_ENCODING"),
            is_1_1=environ["SERVER_PROTOCOL"] == "HTTP/1.1",
        )
        if refusal:
            return exchange.answer(400, detail=refusal)
        if environ["PATH_INFO"][-1:] == "\n":
            # Nothing has such an address; the expressions of routers end before a line feed.
            return exchange.answer(404)
        allowed = self._edge.preflight(
            environ["REQUEST_METHOD"],
            lambda name: environ.get(f"HTTP_{name.upper().replace('-', '_')}"),
        )
        if allowed is None:
            return None
        exchange.start_response("204 No Content", allowed)
        return []


class _Exchange:
    """A request and its answer."""

    def __init__(self, edge: Edge, environ: WSGIEnvironment, start_response: StartResponse) -> None:
        self._started = time.perf_counter()
        self._edge = edge
        self._environ = environ
        self._start_response = start_response
        self._status = 0
        # As it came: Bottle puts the decoded path in its place.
        self._raw_path: str = environ["PATH_INFO"]
        # Whether the length of the body is known, and small.
        self.is_short = False
        identity = environ[REQUEST_ID] = edge.request_id(environ.get("HTTP_X_REQUEST_ID"))
        request_id.set(identity)
        statement_seconds.set(edge.statement_seconds)
        environ["REMOTE_ADDR"] = peer = plain_address(environ.get("REMOTE_ADDR", ""))
        if prefix := edge.prefix(peer, environ.get("HTTP_X_FORWARDED_PREFIX", "")):
            environ["SCRIPT_NAME"] = prefix + environ.get("SCRIPT_NAME", "")
        if edge.is_proxy(peer):
            _apply_proxy(edge, environ)

    @property
    def path(self) -> str:
        """The path as text."""
        return decoded(self._raw_path)

    def start_response(
        self, status: str, headers: Headers, exc_info: ExceptionInfo | None = None
    ) -> Callable[[bytes], object]:
        """What the application calls: adds the headers that every answer has."""
        self._status = int(status[:3])
        present = {name.lower(): value for name, value in headers}
        length = present.get("content-length")
        self.is_short = self._status == 204 if length is None else int(length) <= ONE_PIECE_BYTES
        is_page = present.get("content-type", "").startswith("text/html")
        environ = self._environ
        added = [
            *(PAGE_HEADERS if is_page else DEFAULT_HEADERS),
            *self._edge.headers(
                environ[REQUEST_ID], environ.get("HTTP_ORIGIN", ""), environ["wsgi.url_scheme"]
            ),
        ]
        if not KEPT.isdisjoint(present):
            added = [each for each in added if each[0] not in KEPT or each[0] not in present]
        return self._start_response(status, [*headers, *added], exc_info)

    def answer(
        self, status: int, *, detail: str = "", exc_info: ExceptionInfo | None = None
    ) -> list[bytes]:
        """Answer with a problem."""
        body = problem_of(self._environ, self._raw_path, status, detail=detail)
        self.start_response(
            f"{status} {HTTPStatus(status).phrase}",
            [("content-type", MEDIA_TYPE), ("content-length", str(len(body)))],
            exc_info,
        )
        return [body]

    def log_failure(self) -> None:
        """Log why the answer breaks off, so that our server need not."""
        _log.exception("unhandled error", extra={"path": self.path})
        self._environ[LOGGED] = True

    def finish(self, ended: float | None = None) -> None:
        """Count and log the request, which may have ended a while ago."""
        self._edge.record(
            method=self._environ["REQUEST_METHOD"],
            route=self._environ.get(ROUTE),
            path=self.path,
            status=self._status,
            started=self._started,
            ended=ended,
            client=self._environ["REMOTE_ADDR"],
        )
        self._edge.in_progress.discard(self)
        request_id.set(None)
        statement_seconds.set(None)


class _Stream:
    """A body that is sent while it is made; the request is over when it is closed."""

    def __init__(self, body: Iterable[bytes], exchange: _Exchange) -> None:
        self._body = body
        self._next = iter(body).__next__
        self._exchange = exchange

    def __iter__(self) -> "_Stream":
        return self

    def __next__(self) -> bytes:
        try:
            return self._next()
        except StopIteration:
            raise
        except Exception:
            self._exchange.log_failure()
            raise

    def close(self) -> None:
        """Called by the server, also where the client went away."""
        # What the application does after its answer is no part of it.
        ended = time.perf_counter()
        _close(self._body)
        self._exchange.finish(ended)


class _BoundedInput(io.RawIOBase):
    """A body of which no more than the limit is read."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit

    @property
    def is_too_large(self) -> bool:
        """Whether there turned out to be more."""
        return self._left < 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Called for all ways to read; raises BodyTooLarge."""
        if self.is_too_large:
            raise BodyTooLarge
        data = self._stream.read(min(len(buffer), self._left + 1))
        self._left -= len(data)
        if self.is_too_large:
            raise BodyTooLarge
        buffer[: len(data)] = data
        return len(data)


def decoded(path: str) -> str:
    """A path as text: in WSGI it is UTF-8 read as Latin-1."""
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")


def problem_of(environ: WSGIEnvironment, path: str, status: int, **members: Any) -> bytes:
    """A problem of a request, as JSON; its `instance` is the address as the client knows it.

    path: PATH_INFO as it came.
    """
    instance = reference(decoded(environ.get("SCRIPT_NAME", "") + path))
    # Of the request that came in, where an application asks itself; in a shell there is none.
    identity = request_id.get() or ""
    return orjson.dumps(problem(status, instance=instance, request_id=identity, **members))


def _bound_input(environ: WSGIEnvironment, limit: int) -> None:
    length = environ.get("CONTENT_LENGTH")
    if length:
        if len(length) > len(str(limit)) or int(length) > limit:
            environ["wsgi.input"] = _BoundedInput(environ["wsgi.input"], -1)
    elif "HTTP_TRANSFER_ENCODING" in environ or environ["SERVER_PROTOCOL"] > "HTTP/1.1":
        environ["wsgi.input"] = _BoundedInput(environ["wsgi.input"], limit)


def _apply_proxy(edge: Edge, environ: WSGIEnvironment) -> None:
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    environ["REMOTE_ADDR"] = edge.client(environ["REMOTE_ADDR"], forwarded)
    if environ.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
        environ["wsgi.url_scheme"] = "https"


def _collect(body: Iterable[bytes]) -> list[bytes]:
    try:
        return list(body)
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> list[bytes]:
    """Tell the application that its body is not, or no longer, needed; what to send instead."""
    if close := getattr(body, "close", None):
        close()
    return []

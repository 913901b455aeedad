"""The edge of the service as a middleware of Django, under WSGI and ASGI: the first of all."""

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Self

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.handlers.asgi import ASGIRequest
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import set_script_prefix
from django.utils.cache import patch_vary_headers

from ..api.answers import respond
from ..observability.logs import request_id
from ..patience import statement_seconds
from ..serving.threads import INCOMPLETE, LOGGED
from .handlers import is_too_long
from .policy import DEFAULT_HEADERS, PAGE_HEADERS, VARY, Edge, plain_address
from .routes import template

Response = HttpResponse | StreamingHttpResponse

# As nginx counts it.
CLIENT_CLOSED_REQUEST = 499

_log = logging.getLogger(__name__)


class EdgeMiddleware:
    """Does to each request and its answer what `policy.py` says."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any], edge: Edge) -> None:
        self._get_response = get_response
        self._edge = edge
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Answer a request."""
        if self._is_async:
            return self._answer_asynchronously(request)
        with _Exchange(self._edge, request) as exchange:
            return exchange.complete(exchange.refusal() or self._get_response(request))

    async def _answer_asynchronously(self, request: HttpRequest) -> Response:
        with _Exchange(self._edge, request) as exchange:
            return exchange.complete(exchange.refusal() or await self._get_response(request))


@receiver(request_finished)
def _forget(**_signal: object) -> None:
    """A thread has other requests after this one, and may have something else to do."""
    request_id.set(None)
    statement_seconds.set(None)


class _Exchange:
    """A request and its answer."""

    def __init__(self, edge: Edge, request: HttpRequest) -> None:
        self._started = time.perf_counter()
        self._edge = edge
        self._request = request
        self._status = 0
        self._id = edge.request_id(request.META.get("HTTP_X_REQUEST_ID"))
        request_id.set(self._id)
        statement_seconds.set(edge.statement_seconds)
        # As it came: Django puts it in capitals.
        self._method: str = request.META["REQUEST_METHOD"]
        self.is_head = self._method == "HEAD"
        _apply_proxy(edge, request)
        edge.in_progress.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Where its client leaves, under ASGI, there is no answer."""
        if kind:
            self._status = CLIENT_CLOSED_REQUEST
            self.finish()

    def refusal(self) -> HttpResponse | None:
        """The answer to what no view need see."""
        request, edge = self._request, self._edge
        # Of WSGI, or of ASGI.
        if status := getattr(request, "scope", request.META).get(INCOMPLETE):
            return respond(request, status)
        refusal = edge.refusal(
            self._method,
            # Tests, and clients of HTTP/1.0, send none.
            request.META.get("HTTP_HOST", request.META["SERVER_NAME"]),
            request.path_info,
            coding=request.META.get("HTTP_TRANSFER_ENCODING"),
            is_1_1=_version(request) == "1.1",
        )
        if refusal:
            return respond(request, 400, detail=refusal)
        if request.path_info[-1:] == "\n":
            # Nothing has such an address; the expressions of routes end before a line feed.
            return respond(request, 404)
        if is_too_long(request.META.get("CONTENT_LENGTH", ""), edge):
            return respond(request, 413)
        return self._preflight()

    def _preflight(self) -> HttpResponse | None:
        headers = self._edge.preflight(self._method, lambda name: self._request.headers.get(name))
        if headers is None:
            return None
        allowed = HttpResponse(status=204, headers=dict(headers))
        del allowed.headers["Content-Type"]
        return allowed

    def complete(self, response: Response) -> Response:
        """Add what every answer has; the request is over, or will be when a stream is closed."""
        self._status = response.status_code
        headers = response.headers
        is_page = headers.get("Content-Type", "").startswith("text/html")
        origin = self._request.META.get("HTTP_ORIGIN", "")
        own = self._edge.headers(self._id, origin, self._request.scheme or "")
        present = {name.lower() for name in headers}
        for name, value in (*(PAGE_HEADERS if is_page else DEFAULT_HEADERS), *own):
            if (name, value) == VARY:
                patch_vary_headers(response, [value])
            elif name not in present:
                headers[name] = value
        if isinstance(response, HttpResponse):
            if "content-length" not in present:
                headers["Content-Length"] = str(len(response.content))
            if self.is_head:
                response.content = b""
            self.finish()
        else:
            stream = _AsyncStream if response.is_async else _Stream
            response.streaming_content = stream(response.streaming_content, self)
        return response

    def log_failure(self) -> None:
        """Log why a stream breaks off, so that our server need not."""
        _log.exception("unhandled error")
        self._request.META[LOGGED] = True

    def finish(self) -> None:
        """Count and log the request, once: a stream that fails is not always closed."""
        if self not in self._edge.in_progress:
            return
        # Under ASGI, Django closes a stream in another context.
        request_id.set(self._id)
        match = self._request.resolver_match
        self._edge.record(
            method=self._method,
            route=template(match.route) if match else None,
            path=self._request.path_info,
            status=self._status,
            started=self._started,
            client=self._request.META["REMOTE_ADDR"],
        )
        self._edge.in_progress.discard(self)


class _Pieces:
    """An answer that is sent while it is made; the request is over when it is closed."""

    def __init__(self, pieces: Any, exchange: _Exchange) -> None:
        self._pieces = pieces
        self._exchange = exchange

    def close(self) -> None:
        """Called at the end, also where the client went away."""
        self._exchange.finish()


class _Stream(_Pieces):
    """One that is made synchronously."""

    def __iter__(self) -> Iterator[bytes]:
        try:
            if not self._exchange.is_head:
                yield from self._pieces
        except Exception:
            self._exchange.log_failure()
            raise
        finally:
            self._exchange.finish()


class _AsyncStream(_Pieces):
    """One that is not."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            if not self._exchange.is_head:
                async for piece in self._pieces:
                    yield piece
        except Exception:
            self._exchange.log_failure()
            raise
        finally:
            self._exchange.finish()


def _version(request: HttpRequest) -> str:
    """That of HTTP; the environ of WSGI has it with a name, and that of ASGI has none."""
    if isinstance(request, ASGIRequest):
        return str(request.scope.get("http_version"))
    return str(request.META["SERVER_PROTOCOL"]).removeprefix("HTTP/")


def _apply_proxy(edge: Edge, request: HttpRequest) -> None:
    """Let Django know of the client what a proxy says, if it is one of ours."""
    meta = request.META
    peer = address = plain_address(meta.get("REMOTE_ADDR", ""))
    scheme = ""
    if edge.is_proxy(peer):
        address = edge.client(peer, meta.get("HTTP_X_FORWARDED_FOR", ""))
        scheme = meta.get("HTTP_X_FORWARDED_PROTO", "").strip().lower()
    meta["REMOTE_ADDR"] = address
    # What SECURE_PROXY_SSL_HEADER names.
    meta.pop("HTTP_X_FORWARDED_PROTO", None)
    if scheme == "https":
        meta["HTTP_X_FORWARDED_PROTO"] = scheme
    if prefix := edge.prefix(peer, meta.get("HTTP_X_FORWARDED_PREFIX", "")):
        request.path = prefix + request.path
        meta["SCRIPT_NAME"] = prefix + meta["SCRIPT_NAME"]
        set_script_prefix(meta["SCRIPT_NAME"])

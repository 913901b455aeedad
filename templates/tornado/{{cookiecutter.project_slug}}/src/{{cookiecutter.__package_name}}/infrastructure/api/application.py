"""Tornado's `Application`, with what is done to every request and answer (see `edge/policy.py`).

A request passes `find_handler`, its answer an `OutputTransform` and `log_request`: these are
Tornado's own places for it, and they hold for all handlers, Tornado's included.
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
)
from tornado.ioloop import IOLoop
from tornado.routing import PathMatches, RuleRouter, URLSpec
from tornado.web import Application, FallbackHandler, OutputTransform, RequestHandler

from ..edge.paths import plain_path
from ..edge.policy import DEFAULT_HEADERS, KEPT, PAGE_HEADERS, Edge, plain_address
from ..events.hub import Hub
from ..observability.logs import request_id
from ..patience import statement_seconds
from .bodies import LimitedBody, declares_body
from .handlers import NotFoundHandler, PreflightHandler, RefusedHandler

if TYPE_CHECKING:
    from ..observability.tracing import Traces

_ORIGIN = re.compile(r"https?://([^/]*)", re.IGNORECASE)


def route(template: str, handler: type[RequestHandler], name: str | None = None) -> URLSpec:
    """A rule for a path such as `/api/v1/notes/{id}`: metrics, logs and traces call it by that."""
    pattern = re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(template))
    return URLSpec(pattern, handler, {"route": template}, name)


class Service(Application):
    """The service: its rules, and what is done to every request.

    close: called when there are no more requests; settings: Tornado's, and yours.
    """

    def __init__(
        self,
        rules: Iterable[URLSpec],
        *,
        edge: Edge,
        hub: Hub,
        traces: "Traces | None",
        close: Callable[[], Awaitable[None]],
        **settings: Any,
    ) -> None:
        super().__init__(list(rules), **{"default_handler_class": NotFoundHandler, **settings})
        self.add_transform(_transform(edge))
        self._edge = edge
        self._traces = traces
        self._close = close
        self.hub = hub
        self.body_timeout_seconds = edge.body_timeout_seconds
        # What has not been answered yet: the end of the process waits for it.
        self.unanswered = edge.in_progress
        self.open_sockets: set[RequestHandler] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What has to run while requests are answered."""
        async with self.hub.running():
            yield
        await self._close()
        if self._traces:
            await IOLoop.current().run_in_executor(None, self._traces.close)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to wait for."""
        return not self.unanswered and not self.open_sockets

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """Wait for another request of a connection: it will have an id of its own."""
        request_id.set(None)
        return super().start_request(server_conn, request_conn)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """What a request is passed to, once its head has been read."""
        edge, headers = self._edge, request.headers
        request_id.set(edge.request_id(headers.get("X-Request-ID")))
        statement_seconds.set(edge.statement_seconds)
        _apply_proxy(edge, request)
        # Clients of proxies say the whole URL, whose host counts (RFC 9112, 3.2.2).
        if origin := _ORIGIN.match(request.path):
            request.path = request.path[origin.end() :] or "/"
            request.host = headers["Host"] = origin[1]
        request.path = plain_path(request.path)
        request.max_body_bytes = edge.max_body_bytes  # type: ignore[attr-defined]  # by default
        if self._traces:
            self._traces.begin(request)
        accepted = self._answered_here(request) or super().find_handler(request, **kwargs)
        if not declares_body(headers):
            return accepted
        return LimitedBody(
            self,
            request,
            accepted,
            limit=request.max_body_bytes,  # type: ignore[attr-defined]  # that of its handler
            abandoned=lambda: self.unanswered.discard(request),
        )

    def get_handler_delegate(
        self,
        request: HTTPServerRequest,
        target_class: type[RequestHandler],
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """What makes the handler; of a mounted application nobody hears that it has answered."""
        if not issubclass(target_class, FallbackHandler):
            self.unanswered.add(request)
        if limit := getattr(target_class, "max_body_bytes", None):
            request.max_body_bytes = limit  # type: ignore[attr-defined]  # for `find_handler`
        return super().get_handler_delegate(request, target_class, *args, **kwargs)

    def _answered_here(self, request: HTTPServerRequest) -> Any:
        """Where the rules have no say: what is refused, and browsers that ask what they may."""
        edge, headers = self._edge, request.headers
        refusal = edge.refusal(
            request.method or "",
            headers.get("Host", ""),
            request.path,
            coding=headers.get("Transfer-Encoding"),
            is_1_1=request.version == "HTTP/1.1",
        )
        if not refusal and not _is_url(headers.get("Origin", "")):
            # Tornado would stumble over it.
            refusal = "The Origin is no URL."
        if refusal:
            return self.get_handler_delegate(request, RefusedHandler, {"detail": refusal})
        allowed = edge.preflight(request.method or "", headers.get)
        if allowed is None:
            return None
        return self.get_handler_delegate(request, PreflightHandler, {"allowed": allowed})

    def log_request(self, handler: RequestHandler) -> None:
        """Count and log a request that has been answered."""
        request = handler.request
        route = getattr(handler, "route", None) or self._pattern(handler)
        self.unanswered.discard(request)
        if self._traces:
            self._traces.end(handler, route)
        self._edge.record(
            method=request.method or "",
            route=route,
            path=request.path,
            status=handler.get_status(),
            started=time.perf_counter() - request.request_time(),
            client=request.remote_ip or "",
        )
        # Tornado's setting for a log of one's own.
        if log := self.settings.get("log_function"):
            log(handler)

    def _pattern(self, handler: RequestHandler) -> str | None:
        """That of the rule that matched, which `route` has not made; None where none did."""
        path = handler.request.path
        patterns = _patterns_of(self.default_router, type(handler))
        return next((each.pattern.rstrip("$") for each in patterns if each.match(path)), None)


def _patterns_of(router: RuleRouter, handler: type[RequestHandler]) -> Iterator[re.Pattern[str]]:
    for rule in router.rules:
        if isinstance(rule.target, RuleRouter):
            yield from _patterns_of(rule.target, handler)
        elif rule.target is handler and isinstance(rule.matcher, PathMatches):
            yield rule.matcher.regex


def _transform(edge: Edge) -> type[OutputTransform]:
    """Tornado makes one of these for each answer, and hands it nothing but the request."""

    class Headers(OutputTransform):
        """Adds the header fields that each answer has."""

        def __init__(self, request: HTTPServerRequest) -> None:
            self._request = request
            self._id = request_id.get() or ""

        def transform_first_chunk(
            self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
        ) -> tuple[int, HTTPHeaders, bytes]:
            # It would tell the version of Tornado.
            headers.pop("Server", None)
            request = self._request
            added = edge.headers(self._id, request.headers.get("Origin", ""), request.protocol)
            is_page = headers.get("Content-Type", "").startswith("text/html")
            for name, value in (*(PAGE_HEADERS if is_page else DEFAULT_HEADERS), *added):
                if name not in KEPT or name not in headers:
                    headers.add(name, value)
            return status_code, headers, chunk

    return Headers


def _is_url(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _apply_proxy(edge: Edge, request: HTTPServerRequest) -> None:
    # Not Tornado's `xheaders`: it believes whoever connects, and `X-Real-Ip` too.
    peer = request.remote_ip = plain_address(request.remote_ip or "")
    forwarded = request.headers.get("X-Forwarded-Prefix", "")
    request.prefix = edge.prefix(peer, forwarded)  # type: ignore[attr-defined]  # for handlers
    if not edge.is_proxy(peer):
        return
    request.remote_ip = edge.client(peer, request.headers.get("X-Forwarded-For", ""))
    if request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https":
        request.protocol = "https"

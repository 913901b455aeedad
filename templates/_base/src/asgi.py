"""The edge of the service around an ASGI application."""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import orjson
import structlog

from .edge import DEFAULT_HEADERS, PREFLIGHT_HEADERS, STRICT_TRANSPORT_SECURITY, Edge
from .logs import request_id
from .problems import MEDIA_TYPE, problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_log = structlog.get_logger(__name__)


def _encode(headers: Iterable[tuple[str, str]]) -> Headers:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


_DEFAULT = _encode(DEFAULT_HEADERS)
_HSTS = _encode((STRICT_TRANSPORT_SECURITY,))
_PREFLIGHT = _encode(PREFLIGHT_HEADERS)


class EdgeMiddleware:
    """One pure ASGI layer: several would each cost a coroutine and a copy of the headers."""

    def __init__(self, app: Application, *, edge: Edge) -> None:
        self._app = app
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or pass on what is none."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        headers = dict(scope["headers"])
        given_id = headers.get(b"x-request-id")
        identity = self._edge.request_id(given_id and given_id.decode("latin-1"))
        scope.setdefault("state", {})["request_id"] = identity
        reset = request_id.set(identity)
        try:
            self._apply_proxy(scope, headers)
            if scope["type"] == "http":
                await self._serve(scope, headers, receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            request_id.reset(reset)

    def _apply_proxy(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        peer, port = scope.get("client") or ("", 0)
        if not self._edge.is_proxy(peer):
            return
        forwarded = b",".join(
            value for name, value in scope["headers"] if name == b"x-forwarded-for"
        )
        scope["client"] = (self._edge.client(peer, forwarded.decode("latin-1")), port)
        if headers.get(b"x-forwarded-proto", b"").strip().lower() == b"https":
            scope["scheme"] = "https" if scope["type"] == "http" else "wss"

    async def _serve(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        started = time.perf_counter()
        method = scope["method"]
        origin = headers.get(b"origin", b"").decode("latin-1")
        added = [(b"x-request-id", scope["state"]["request_id"].encode())]
        added += _encode(self._edge.cors_headers(origin))
        if scope["scheme"] == "https":
            added += _HSTS
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                missing = [header for header in _DEFAULT if header[0] not in present]
                message["headers"] = [*message["headers"], *missing, *added]
            elif method == "HEAD":
                message["body"] = b""
            await send(message)

        if method == "HEAD":
            # Frameworks that route by method know only GET.
            scope["method"] = "GET"
        try:
            if not self._edge.allows_host(headers.get(b"host", b"").decode("latin-1")):
                await _answer(send_with_headers, scope, 400, "This host is not served here.")
            elif (
                method == "OPTIONS"
                and b"access-control-request-method" in headers
                and self._edge.allows_origin(origin)
            ):
                await _respond(send_with_headers, 204, _PREFLIGHT)
            else:
                await self._app(scope, receive, send_with_headers)
        except Exception:
            _log.exception("unhandled error", path=scope["path"])
            if status:
                raise
            await _answer(send_with_headers, scope, 500)
        finally:
            route = scope.get("route")
            self._edge.record(
                method=method,
                route=route and route.path,
                path=scope["path"],
                status=status,
                started=started,
                client=(scope.get("client") or ("",))[0],
            )


async def _answer(send: Send, scope: Scope, status: int, detail: str = "") -> None:
    body = problem(
        status,
        detail=detail,
        instance=scope["path"],
        request_id=scope["state"]["request_id"],
    )
    await _respond(send, status, [(b"content-type", MEDIA_TYPE.encode())], orjson.dumps(body))


async def _respond(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    if body:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

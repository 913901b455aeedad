"""The edge of the service around an ASGI application."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import orjson
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..api.problems import MEDIA_TYPE, problem, reference
from ..observability.logs import request_id
from ..patience import statement_seconds
from .policy import (
    DEFAULT_HEADERS,
    KEPT,
    PAGE_HEADERS,
    Edge,
    plain_address,
)

Headers = list[tuple[bytes, bytes]]

# How long a client may go on sending a body that nobody has read.
LINGER_SECONDS = 2


def _encode(headers: Iterable[tuple[str, str]]) -> Headers:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


_DEFAULT = _encode(DEFAULT_HEADERS)
_PAGE = _encode(PAGE_HEADERS)
_KEPT = frozenset(name.encode() for name in KEPT)
# What an application reads as one value.
_SINGLE = frozenset({b"authorization", b"content-type", b"cookie"})


class EdgeMiddleware:
    """One pure ASGI layer: several would each cost a coroutine and a copy of the headers.

    An error that the application raises is answered with 500 where there is no answer yet, and
    passed on to who is around, as those who listen for errors expect: servers log it.
    """

    def __init__(self, app: ASGIApp, *, edge: Edge) -> None:
        self._app = app
        self._edge = edge
        # By the ids of their endpoints.
        self._routes: dict[int, list[RouteContext]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or pass on what is none."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        headers = _joined(scope)
        identity = self._edge.request_id(_text(headers, b"x-request-id"))
        scope.setdefault("state", {})["request_id"] = identity
        reset = request_id.set(identity)
        path = scope["path"]
        reset_patience = statement_seconds.set(self._edge.statement_seconds)
        try:
            _apply_proxy(self._edge, scope, headers)
            exchange = _Exchange(self._edge, self._template, scope, path, headers, receive, send)
            if scope["type"] == "http":
                await self._serve(exchange, headers)
            elif refusal := self._refusal(exchange, headers):
                await exchange.refuse_socket(400, refusal)
            else:
                await self._app(scope, receive, exchange.send_to_socket)
        except Exception as error:
            # For whoever logs it.
            error.add_note(f"request_id: {identity}")
            raise
        finally:
            statement_seconds.reset(reset_patience)
            request_id.reset(reset)

    async def _serve(self, exchange: "_Exchange", headers: dict[bytes, bytes]) -> None:
        scope = exchange.scope
        self._edge.in_progress.add(exchange)
        try:
            if refusal := self._refusal(exchange, headers):
                await exchange.answer(400, refusal)
            elif exchange.path[-1:] == "\n":
                # Nothing has such an address; the expressions of routers end before a line feed.
                await exchange.answer(404)
            elif (allowed := self._preflight(scope, headers)) is not None:
                await exchange.respond(204, _encode(allowed))
            elif exchange.declared > self._edge.max_body_bytes:
                await exchange.answer(413)
            else:
                await self._app(scope, exchange.receive, exchange.send)
        except Exception:
            # What comes of half a body is not the application's fault.
            if not exchange.cut_off:
                if not exchange.status:
                    await exchange.answer(500)
                raise
        finally:
            if status := exchange.cut_off:
                await exchange.answer(status)
            exchange.record()
            self._edge.in_progress.discard(exchange)
            if exchange.has_more:
                await exchange.linger()
            exchange.let_go()

    def _refusal(self, exchange: "_Exchange", headers: dict[bytes, bytes]) -> str:
        scope = exchange.scope
        return self._edge.refusal(
            exchange.method,
            _text(headers, b"host") or "",
            exchange.path or scope.get("root_path", ""),
            coding=_text(headers, b"transfer-encoding"),
            is_1_1=scope.get("http_version") == "1.1",
        )

    def _preflight(self, scope: Scope, headers: dict[bytes, bytes]) -> list[tuple[str, str]] | None:
        return self._edge.preflight(scope["method"], lambda name: _text(headers, name.encode()))

    def _template(self, scope: Scope) -> str:
        """The path of the route that was found, with the prefixes by which its router is included;
        "" for none of the application.
        """
        if (endpoint := scope.get("endpoint")) is None:
            return ""
        if id(endpoint) not in self._routes:
            all_ = iter_route_contexts(scope["app"].routes)
            self._routes[id(endpoint)] = [each for each in all_ if each.endpoint is endpoint]
        routes = self._routes[id(endpoint)]
        if len(routes) > 1:
            routes = [each for each in routes if each.matches(scope)[0] is not Match.NONE]
        return (routes[0].path or "") if routes else ""


class _Exchange:
    """A request and its answer."""

    def __init__(
        self,
        edge: Edge,
        template: Callable[[Scope], str],
        scope: Scope,
        path: str,
        headers: dict[bytes, bytes],
        receive: Receive,
        send: Send,
    ) -> None:
        self._started = time.perf_counter()
        # What the application does after its answer, such as a background task, is no part of it.
        self._ended: float | None = None
        self._edge = edge
        self._template = template
        # Whatever the application has mounted adds its own path to it.
        self._mounted = len(scope.get("root_path", ""))
        self._receive = receive
        self._send = send
        self.declared = _declared(headers)
        self._has_body = self.declared > 0 or b"transfer-encoding" in headers
        self._received = 0
        self._is_complete = False
        self._refusal = 0
        self.scope = scope
        # As it came.
        self.path = path
        self.origin = _text(headers, b"origin") or ""
        # A WebSocket has none, as it is always asked for by the same.
        self.method = scope.get("method", "GET")
        if self.method == "HEAD":
            # Frameworks that route by method know only GET.
            scope["method"] = "GET"
        self.status = 0

    @property
    def cut_off(self) -> int:
        """The status for a body that is too large or stalls, of which the application got a part
        and has not answered before; else 0.
        """
        return 0 if self.status else self._refusal

    @property
    def has_more(self) -> bool:
        """Whether there is a part of the body that nobody has read, and that may still come."""
        return self._has_body and not self._is_complete and self._refusal != 408

    async def receive(self) -> Message:
        """What the application calls: after half of such a body, the client seems to have left."""
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._edge.body_timeout_seconds):
                message = await self._receive()
        except TimeoutError:
            self._refusal = 408
            return {"type": "http.disconnect"}
        self._received += len(message.get("body", b""))
        self._is_complete = not message.get("more_body")
        if self._received > self._edge.max_body_bytes:
            self._refusal = 413
        return {"type": "http.disconnect"} if self._refusal else message

    def send(self, message: Message) -> Awaitable[None]:
        """What the application calls; what it says of half a body is not for the client.

        No coroutine of its own: it would cost as much as all that it does.
        """
        return _nothing() if self.cut_off else self._send(self._completed(message))

    async def send_to_socket(self, message: Message) -> None:
        """What the application calls for a WebSocket."""
        if message["type"] == "websocket.accept":
            # Its headers are granian's: it passes none on.
            self.status = 101
            await self._send(message)
            self.record()
        elif message["type"] == "websocket.close" and not self.status:
            # Without an answer of ours, the server would give an empty one.
            await self.refuse_socket(403 if "endpoint" in self.scope else 404)
        else:
            await self._send(message)

    async def refuse_socket(self, status: int, detail: str = "") -> None:
        """Answer a WebSocket's request as one that is none, with a problem."""
        # granian raises where the client has left meanwhile.
        with suppress(RuntimeError):
            await self.answer(status, detail)
        self.record()

    async def answer(self, status: int, detail: str = "") -> None:
        """Answer with a problem."""
        body = problem(
            status,
            detail=detail,
            instance=reference(self.scope["path"]),
            request_id=self.scope["state"]["request_id"],
        )
        headers = [(b"content-type", MEDIA_TYPE.encode())]
        await self.respond(status, headers, orjson.dumps(body))

    async def respond(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Answer in the application's place."""
        length = [(b"content-length", str(len(body)).encode())] if body else []
        kind = "websocket.http.response" if self.scope["type"] == "websocket" else "http.response"
        start = {"type": f"{kind}.start", "headers": [*headers, *length], "status": status}
        await self._send(self._headed(start, status))
        sent = b"" if self.method == "HEAD" else body
        await self._send({"type": f"{kind}.body", "body": sent})

    async def linger(self) -> None:
        """Read on after the answer, for a while: the server closes a connection where a part of a
        body is left, and so takes the answer away from a client that is still sending, and from
        one that asks again on it the answer to that.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while (await self._receive()).get("more_body"):
                    pass

    def let_go(self) -> None:
        """Hold on to the connection no longer: errors keep what they have passed until they are
        collected, and the server waits that long for the rest of a body before it closes.
        """
        del self._receive, self._send

    def record(self) -> None:
        """Count and log the request."""
        # Of what is mounted that has no routes, as files have none, that is all.
        below = self.scope.get("root_path", "")[self._mounted :]
        self._edge.record(
            method=self.method,
            route=(below + self._template(self.scope)) or None,
            path=self.path,
            status=self.status,
            started=self._started,
            ended=self._ended,
            client=(self.scope.get("client") or ("",))[0],
        )

    def _completed(self, message: Message) -> Message:
        if message["type"] == "http.response.start":
            return self._headed(message, message["status"])
        if not message.get("more_body"):
            self._ended = time.perf_counter()
        if self.method == "HEAD":
            message["body"] = b""
        return message

    def _headed(self, message: Message, status: int) -> Message:
        self.status = status
        headers = message["headers"]
        present = dict(headers)
        is_page = present.get(b"content-type", b"").startswith(b"text/html")
        identity = self.scope["state"]["request_id"]
        own = _encode(self._edge.headers(identity, self.origin, self.scope["scheme"]))
        added = [*(_PAGE if is_page else _DEFAULT), *own]
        if not _KEPT.isdisjoint(present):
            added = [each for each in added if each[0] not in _KEPT or each[0] not in present]
        message["headers"] = [*headers, *added]
        return message


async def _nothing() -> None:
    """Send nothing."""


def _declared(headers: dict[bytes, bytes]) -> int:
    """How long the body is to be; by HTTP/2 that may come twice, as `7, 7`: the frames count."""
    length = headers.get(b"content-length", b"")
    return int(length[:20]) if length.isdigit() else 0


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    """The value of a header, if it has come."""
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _joined(scope: Scope) -> dict[bytes, bytes]:
    """The headers; all values of one that came several times, as of WSGI, are one with commas.

    So the application finds those that are not for a list: of two tokens or media types, no
    framework takes whichever it likes.
    """
    headers = dict(scope["headers"])
    if len(headers) < len(scope["headers"]):
        headers = {}
        for name, value in scope["headers"]:
            between = b"; " if name == b"cookie" else b", "
            headers[name] = headers[name] + between + value if name in headers else value
        others = [each for each in scope["headers"] if each[0] not in _SINGLE]
        scope["headers"] = others + [each for each in headers.items() if each[0] in _SINGLE]
    return headers


def _apply_proxy(edge: Edge, scope: Scope, headers: dict[bytes, bytes]) -> None:
    peer, port = scope.get("client") or ("", 0)
    plain = address = plain_address(peer)
    if edge.is_proxy(plain):
        address = edge.client(plain, _text(headers, b"x-forwarded-for") or "")
        if headers.get(b"x-forwarded-proto", b"").strip().lower() == b"https":
            scope["scheme"] = "https" if scope["type"] == "http" else "wss"
    if prefix := edge.prefix(plain, _text(headers, b"x-forwarded-prefix") or ""):
        # As ASGI has it, in its path as well.
        scope["root_path"] = prefix + scope.get("root_path", "")
        scope["path"] = prefix + scope["path"]
    if address != peer:
        scope["client"] = (address, port)

"""Sanic's protocol, with the headers that every answer has on the one that opens a WebSocket."""

from collections.abc import Coroutine
from typing import Any

from sanic.server import HttpProtocol
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

from ..api.request import AnyRequest
from .framing import Http
from .policy import DEFAULT_HEADERS

_SWITCHING = b"HTTP/1.1 101 "


class _Answers(HttpProtocol):
    """What Sanic's protocol of WebSockets sends its answer by."""

    __slots__ = ()

    def send(self, data: bytes) -> Coroutine[Any, Any, None]:
        """Send a part of an answer."""
        if data.startswith(_SWITCHING):
            data = data.removesuffix(b"\r\n") + _headers(self._http.request) + b"\r\n"
        sending: Coroutine[Any, Any, None] = super().send(data)  # type: ignore[no-untyped-call]  # has no annotations
        return sending


class SocketProtocol(WebSocketProtocol, _Answers):
    """The protocol of the server."""

    __slots__ = ()
    HTTP_CLASS = Http


def _headers(request: AnyRequest) -> bytes:
    origin = request.headers.getone("origin", "")
    own = request.edge.headers(request.id, origin, request.scheme)
    # What it says about the connection is part of the handshake.
    headers = [(name, value) for name, value in (*DEFAULT_HEADERS, *own) if name != "connection"]
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode()

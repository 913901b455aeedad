"""Sanic's protocol, and what it lacks of those of HTTP and of WebSockets."""

from collections.abc import Sequence
from typing import Any

from sanic.exceptions import SanicException
from sanic.server.protocols.websocket_protocol import WebSocketProtocol
from sanic.server.websockets.frame import WebsocketFrameAssembler
from sanic.server.websockets.impl import WebsocketImplProtocol
from websockets.datastructures import Headers
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from ..api.request import AnyRequest
from .framing import Http

_WANTED = {"Upgrade": "websocket", "Sec-WebSocket-Version": "13"}


class SocketProtocol(WebSocketProtocol):
    """The protocol of the server."""

    __slots__ = ()
    HTTP_CLASS = Http

    @staticmethod
    def sanic_request_to_ws_request(request: Any) -> Request:
        """The head as websockets takes it: of ASCII, which a cookie for another need not be."""
        headers = ((name, value) for name, value in request.headers.items() if value.isascii())
        return Request(path=request.path, headers=Headers(headers))

    async def websocket_handshake(
        self, request: AnyRequest, subprotocols: Sequence[str] | None = None
    ) -> WebsocketImplProtocol:
        """Open a WebSocket, for who asks for one of the version that there is."""
        asked = {name: request.headers.getone(name, "").lower() for name in _WANTED}
        if asked != _WANTED:
            raise SanicException("It is a WebSocket.", 426, headers=_WANTED)
        websocket: WebsocketImplProtocol
        websocket = await super().websocket_handshake(request, subprotocols)
        websocket.assembler = _Messages(websocket)
        return websocket


class _Messages(WebsocketFrameAssembler):
    """What a client says; who sends a text that is none is hung up on, and told why.

    Sanic would log an error, with its traceback, and listen no more.
    """

    __slots__ = ()

    async def put(self, frame: Frame) -> None:
        """Take a part of a message."""
        try:
            await super().put(frame)
        except UnicodeDecodeError:
            self.protocol.fail_connection(CloseCode.INVALID_DATA)

"""A WebSocket of Starlette, as the conversation of live events takes it."""

from fastapi import WebSocket, WebSocketDisconnect

from .conversation import Left

# Of RFC 6455.
NO_CODE, INVALID = 1005, 1007


class Socket:
    """Starlette's WebSocket in the words of the conversation."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes:
        """The next message of the client."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            if message.get("code") == NO_CODE:
                # Or it has said what can't be read, text that is not UTF-8 above all: then granian
                # leaves it to us to say why.
                await self.close(INVALID)
            raise Left
        said: str | bytes = message.get("text") or message.get("bytes") or b""
        return said

    async def send(self, message: str) -> None:
        """Send a text; returns when the server has room for another one."""
        try:
            await self._websocket.send_text(message)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise Left from error

    async def close(self, code: int) -> None:
        """Close the socket."""
        try:
            await self._websocket.close(code)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise Left from error

"""Live events over a WebSocket."""

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from ..infrastructure.events.conversation import Left, converse
from ..services import ServicesDep

router = APIRouter()


class Socket:
    """Starlette's WebSocket in the words of the conversation."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes:
        """The next message of the client."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
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


@router.websocket("/api/v1/events")
async def stream_events(websocket: WebSocket, services: ServicesDep) -> None:
    """Sign in by the first message, then hear what happens to what one owns."""
    await websocket.accept()
    await converse(Socket(websocket), services.hub)

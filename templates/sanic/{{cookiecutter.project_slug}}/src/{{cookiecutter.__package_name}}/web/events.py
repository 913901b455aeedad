"""Live events over a WebSocket."""

import asyncio

from sanic import Blueprint, Websocket
from sanic.exceptions import WebsocketClosed
from websockets.exceptions import ConnectionClosed

from ..infrastructure.edge.middleware import record
from ..infrastructure.events.conversation import Left, converse
from ..services import Request

blueprint = Blueprint("events")

_CLOSED = (ConnectionClosed, WebsocketClosed)


class Socket:
    """Sanic's WebSocket in the words of the conversation."""

    def __init__(self, websocket: Websocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes:
        """The next message of the client."""
        try:
            message = await self._websocket.recv()
        except _CLOSED as error:
            raise Left from error
        if message is None:
            # So says Sanic under an ASGI server.
            raise Left
        return message

    async def send(self, message: str) -> None:
        """Send a text; returns when there is room for another one."""
        try:
            await self._websocket.send(message)
        except _CLOSED as error:
            raise Left from error

    async def close(self, code: int) -> None:
        """Close the socket; one whose client can't be told in time is given up."""
        try:
            await self._websocket.close(code)
        except asyncio.CancelledError:
            # Or Sanic would close it later, as if all were well.
            self._websocket.fail_connection(code)
            raise


async def stream_events(request: Request, websocket: Websocket) -> None:
    """Sign in by the first message, then hear what happens to what one owns."""
    # What opens it is no answer that middleware sees.
    record(request, 101)
    await converse(Socket(websocket), request.app.ctx.hub)


blueprint.add_websocket_route(stream_events, "/api/v1/events")

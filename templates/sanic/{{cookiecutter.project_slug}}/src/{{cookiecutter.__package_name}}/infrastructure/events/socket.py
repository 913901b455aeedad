"""A WebSocket of Sanic, as the conversation of live events takes it."""

import asyncio

from sanic import Websocket
from sanic.exceptions import WebsocketClosed
from websockets.exceptions import ConnectionClosed

from .conversation import Left

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

"""Live events over a WebSocket."""

import asyncio
from typing import Any

from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..api.application import Service
from ..api.handlers import BaseHandler
from .conversation import Left, converse
from .hub import Subscriber


class Socket:
    """Tornado's WebSocket in the words of the conversation."""

    __slots__ = ("_said", "handler")

    def __init__(self, handler: "SocketHandler") -> None:
        self.handler = handler
        self._said: asyncio.Future[str | bytes] = asyncio.get_running_loop().create_future()

    def put(self, message: str | bytes) -> None:
        """Keep what the client has said until somebody asks for it.

        What comes before that is dropped: a client has one message to send, and no reason to hurry.
        """
        if not self._said.done():
            self._said.set_result(message)

    async def receive(self) -> str | bytes:
        """The next message of the client."""
        said = await self._said
        self._said = asyncio.get_running_loop().create_future()
        return said

    async def send(self, message: str) -> None:
        """Send a message; returns when the connection has taken all of it."""
        text = await self.handler.describe(message)
        try:
            writing = self.handler.write_message(text)
            # Tornado can't stand that what it is writing is cancelled, so it goes on without us;
            # and whether it fails then nobody has to know.
            writing.add_done_callback(lambda done: done.cancelled() or done.exception())
            await asyncio.shield(writing)
        except WebSocketClosedError as error:
            raise Left from error

    async def close(self, code: int) -> None:
        """Close the socket; Tornado waits for the client's answer, but not for long."""
        self.handler.close(code)


class SocketHandler(BaseHandler, WebSocketHandler):
    """A WebSocket that hears what happens to what its user owns."""

    application: Service
    # Who that is, where it is known before the first message.
    caller: Subscriber | None = None
    _conversation: asyncio.Task[None] | None = None
    _has_left = False
    # A WebSocket is opened by GET.
    head = RequestHandler.head

    async def get(self, *arguments: str, **named: str) -> None:
        """Shake hands with who asks for a WebSocket: there is nothing else here."""
        if self.request.headers.get("Upgrade", "").lower() == "websocket":
            return await super().get(*arguments, **named)
        self.set_status(426)
        self.finish()

    def open(self, *_arguments: str) -> None:
        """Begin the conversation, unless the client has left in the middle of the handshake."""
        if self._has_left:
            return
        # Events are short, and are not to wait for one another.
        self.set_nodelay(True)
        self.socket = Socket(self)
        hub = self.application.hub
        self._conversation = asyncio.create_task(converse(self.socket, hub, self.caller))
        self.application.open_sockets.add(self)

    async def describe(self, message: str) -> str:
        """What the client is sent for a message of the hub: as it is."""
        return message

    def on_message(self, message: str | bytes) -> None:
        """Pass on what the client says."""
        self.socket.put(message)

    def on_close(self) -> None:
        """End the conversation with the connection."""
        self._has_left = True
        self.application.open_sockets.discard(self)
        if self._conversation:
            self._conversation.cancel()

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> Any:
        """Answer the handshake; what Tornado has to say against one becomes a problem."""
        status = self.get_status()
        if status == 426:
            self.set_header("Upgrade", "websocket")
            self.set_header("Sec-WebSocket-Version", "13")
        if status >= 400 and not isinstance(chunk, bytes):
            chunk = self.problem(status)
        return super().finish(chunk)

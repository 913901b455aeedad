"""The conversation with a client of the live events, over a socket of whatever framework."""

import asyncio
import contextlib
import logging
from collections import deque
from typing import Annotated, Protocol

from pydantic import Field, StringConstraints, ValidationError

from ..api.fields import Input
from ..errors import Unauthorized, Unavailable
from .hub import TRY_AGAIN_LATER, UNAUTHORIZED, Hub, Subscriber

SIGN_IN_SECONDS = 10
CLOSE_SECONDS = 1
# How many messages wait for a client that reads too slowly.
QUEUE_LENGTH = 100
READY = '{"type":"ready"}'

_log = logging.getLogger(__name__)


class SocketSignIn(Input):
    """The first message of a client."""

    access_token: Annotated[str, StringConstraints(strict=True), Field(repr=False)]


class Left(Exception):
    """The client has gone."""


class Socket(Protocol):
    """What a framework's WebSocket has to do; each method may raise Left."""

    async def receive(self) -> str | bytes:
        """The next message of the client."""

    async def send(self, message: str) -> None:
        """Send a text; returns when there is room for another one."""

    async def close(self, code: int) -> None:
        """Close the socket with a code of RFC 6455."""


async def converse(socket: Socket, hub: Hub, caller: Subscriber | None = None) -> None:
    """Talk with a client, from the opened socket to the closed one.

    caller: who it is, where that is known already; else the client says so first.
    """
    conversation = _Conversation(socket, hub, caller)
    try:
        code = await conversation.run()
        # To a client that does not read, not even this can be said.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await socket.close(code)
    except Left:
        pass


class _Conversation:
    """Thousands of them wait at the same time: each is one task, which listens to its client.

    A second one exists only while there is something to send.
    """

    __slots__ = (
        "_caller",
        "_code",
        "_hub",
        "_scope",
        "_sender",
        "_socket",
        "_unsent",
        "token_digest",
    )

    def __init__(self, socket: Socket, hub: Hub, caller: Subscriber | None) -> None:
        self._socket = socket
        self._caller = caller
        self._hub = hub
        self._unsent: deque[str] = deque()
        self._sender: asyncio.Task[None] | None = None
        self._code: int | None = None
        # It never ends by itself: `close` ends it.
        self._scope = asyncio.timeout(None)
        self.token_digest = b""

    async def run(self) -> int:
        """The code to close with, once that has to be; raises Left."""
        try:
            # Who is still silent when the time for the first message is over has no token.
            with contextlib.suppress(TimeoutError):
                async with self._scope:
                    with self._hub.attended(self):
                        await self._serve()
            return self._code or UNAUTHORIZED
        except (Unauthorized, ValidationError):
            return UNAUTHORIZED
        except Unavailable:
            return TRY_AGAIN_LATER
        finally:
            if self._sender:
                self._sender.cancel()

    def put(self, message: str) -> None:
        """Send a message after those that wait; too many of them end the conversation."""
        if len(self._unsent) == QUEUE_LENGTH:
            return self.close(TRY_AGAIN_LATER)
        self._unsent.append(message)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())

    def close(self, code: int) -> None:
        """End the conversation, with the code that is given first."""
        if self._code is None:
            self._code = code
            self._scope.reschedule(0)

    async def _serve(self) -> None:
        caller = self._caller or await self._sign_in()
        self.token_digest = caller.token_digest
        async with self._hub.subscribed(self, caller):
            self.put(READY)
            while True:
                # It means nothing, but must be taken from the socket.
                await self._socket.receive()

    async def _sign_in(self) -> Subscriber:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            message = await self._socket.receive()
        said = SocketSignIn.model_validate_json(message)
        return await self._hub.identify(said.access_token)

    async def _send(self) -> None:
        try:
            while self._unsent:
                await self._socket.send(self._unsent.popleft())
        except Left:
            pass
        except Exception:  # noqa: BLE001  # Whatever it is, the client is not left waiting.
            _log.exception("an event could not be sent")
            self.close(TRY_AGAIN_LATER)
        self._sender = None

"""The conversation with a client of the live events, over a socket of whatever framework."""

import asyncio
import contextlib
import logging
from collections import deque
from typing import Annotated, Protocol

from pydantic import Field, StringConstraints, ValidationError

from ..api.fields import Input
from ..errors import Unauthorized, Unavailable
from .hub import TOO_BIG, TRY_AGAIN_LATER, UNAUTHORIZED, Hub, Subscriber

SIGN_IN_SECONDS = 10
CLOSE_SECONDS = 1
# How often the client is asked whether it is there, and how long it may take for an answer, or to
# take what it is sent. Proxies close what is silent for 60.
PING_SECONDS = 25
# More than a client has to say. A server that can have limits has this one before us.
MESSAGE_BYTES = 64 * 1024
# How many messages wait for a client that reads too slowly.
QUEUE_LENGTH = 100
READY = '{"type":"ready"}'
PING = '{"type":"ping"}'

_log = logging.getLogger(__name__)


class SocketSignIn(Input):
    """The first message of a client."""

    access_token: Annotated[str, StringConstraints(strict=True), Field(repr=False)]


class Left(Exception):
    """The client has gone."""


class _TooBig(Exception):
    """The client says more than it may."""


class Socket(Protocol):
    """What a framework's WebSocket has to do; each method may raise Left."""

    async def receive(self) -> str | bytes:
        """The next message of the client."""

    async def send(self, message: str) -> None:
        """Send a text; returns when there is room for another one."""

    async def close(self, code: int) -> None:
        """Close the socket with a code of RFC 6455."""


async def converse(
    socket: Socket, hub: Hub, caller: Subscriber | None = None, *, pings: bool = False
) -> None:
    """Talk with a client, from the opened socket to the closed one.

    caller: who it is, where that is known already; else the client says so first.
    pings: whether to say something from time to time, where the server has no pings of WebSockets.
    """
    conversation = _Conversation(socket, hub, caller, pings=pings)
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

    def __init__(self, socket: Socket, hub: Hub, caller: Subscriber | None, *, pings: bool) -> None:
        self._socket = socket
        self._caller = caller
        self._hub = hub
        self._pings = pings
        self._next_ping: asyncio.TimerHandle | None = None
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
        except _TooBig:
            return TOO_BIG
        finally:
            if self._sender:
                self._sender.cancel()
            if self._next_ping:
                self._next_ping.cancel()

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
            if self._pings:
                self._ping_later()
            while True:
                # It means nothing, but must be taken from the socket.
                await self._receive()

    def _ping_later(self) -> None:
        self._next_ping = asyncio.get_running_loop().call_later(PING_SECONDS, self._ping)

    def _ping(self) -> None:
        self.put(PING)
        self._ping_later()

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if len(message.encode() if isinstance(message, str) else message) > MESSAGE_BYTES:
            raise _TooBig
        return message

    async def _sign_in(self) -> Subscriber:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            message = await self._receive()
        said = SocketSignIn.model_validate_json(message)
        return await self._hub.identify(said.access_token)

    async def _send(self) -> None:
        try:
            while self._unsent:
                async with asyncio.timeout(PING_SECONDS):
                    await self._socket.send(self._unsent.popleft())
        except Left:
            pass
        except TimeoutError:
            self.close(TRY_AGAIN_LATER)
        except Exception:  # noqa: BLE001  # Whatever it is, the client is not left waiting.
            _log.exception("an event could not be sent")
            self.close(TRY_AGAIN_LATER)
        self._sender = None

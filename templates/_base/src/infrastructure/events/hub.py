"""Live events: what happens to a user's things, told to that user's open sockets.

In one process by memory; in several through Redis, where every process hears one channel.
`conversation.py` holds the conversation with one client; a feature says what it tells of.
"""

import asyncio
import contextlib
import gc
import logging
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from ..errors import Unavailable
from ..observability.processes import Figure
from ..patience import at_most
from ..serving.draining import Draining

RECHECK_SECONDS = 10
# How many tokens are looked up by one statement.
RECHECK_AT_ONCE = 1000
LOOKUP_SECONDS = 3
# How long a new socket waits for a Redis that is away.
HEARING_SECONDS = 5
# After an error that nobody foresaw.
RECOVERY_SECONDS = 1
# Of how many things is known what was told last: those that several processes may just be changing.
RECENT_SUBJECTS = 10_000
# How many objects are made before the cyclic collector looks at them. An event that a thousand
# sockets hear makes some 40,000, all gone in a moment; those that it meets it takes for lasting,
# and for so many it soon looks through all that there are: with 5,000 sockets for 0.4 s at a time.
OBJECTS_PER_COLLECTION = 50_000

GOING_AWAY, TOO_BIG, TRY_AGAIN_LATER, UNAUTHORIZED = 1001, 1009, 1013, 4401

_log = logging.getLogger(__name__)
# When what is deleted has changed last: nothing comes after it.
DELETED = datetime.max.replace(tzinfo=UTC)


class _Envelope(BaseModel):
    user_id: UUID
    subject_id: UUID
    # When the subject became what the message says.
    changed_at: datetime
    message: str


class Subscriber(Protocol):
    """Whose socket it is, and by which token."""

    @property
    def id(self) -> UUID:
        """The user's."""

    @property
    def token_digest(self) -> bytes:
        """What is kept of the token."""


class Listener(Protocol):
    """An open socket, as the hub sees it."""

    token_digest: bytes

    def put(self, message: str) -> None:
        """Send a message; returns at once."""

    def close(self, code: int) -> None:
        """End the conversation, with a code of RFC 6455; returns at once."""


class Hub:
    """Passes events on to the sockets of their users.

    identify: says whose access token it is, or raises Unauthorized.
    valid: gives those of some tokens, by their digests, that are still worth something.
    """

    def __init__(
        self,
        *,
        identify: Callable[[str], Awaitable[Subscriber]],
        valid: Callable[[set[bytes]], Awaitable[set[bytes]]],
        redis_url: str | None,
        draining: Draining,
    ) -> None:
        self.identify = identify
        self._valid = valid
        self._draining = draining
        self._open: set[Listener] = set()
        self._delivered = 0
        self._subscribed: dict[UUID, set[Listener]] = defaultdict(set)
        self._told: OrderedDict[UUID, datetime] = OrderedDict()
        self._broadcast = None
        if redis_url:
            # Imports redis, which takes a fifth of a start.
            from .broadcast import Broadcast

            self._broadcast = Broadcast(redis_url, deliver=self._receive, lost=self._lose)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen to the other processes, and look after tokens, while the application runs."""
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(self._go_on(self._recheck_tokens))]
        if self._broadcast:
            tasks.append(asyncio.create_task(self._go_on(self._hear_others)))
        self._draining.at_end = lambda: loop.call_soon_threadsafe(self._leave)
        try:
            with _collecting_seldom():
                yield
        finally:
            self._draining.at_end = lambda: None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @contextlib.contextmanager
    def attended(self, listener: Listener) -> Iterator[None]:
        """Have a socket told when the service stops, from before its client has signed in."""
        self._open.add(listener)
        try:
            if self._draining.over:
                listener.close(GOING_AWAY)
            yield
        finally:
            self._open.discard(listener)

    @contextlib.asynccontextmanager
    async def subscribed(self, listener: Listener, caller: Subscriber) -> AsyncIterator[None]:
        """Have a socket told of the changes of its user; from here on it misses nothing.

        Raises Unavailable where the other processes can't be heard.
        """
        if self._broadcast:
            try:
                async with asyncio.timeout(HEARING_SECONDS):
                    await self._broadcast.heard.wait()
            except TimeoutError as error:
                raise Unavailable("Events are not available.") from error
        listeners = self._subscribed[caller.id]
        listeners.add(listener)
        try:
            yield
        finally:
            listeners.discard(listener)
            if not listeners:
                self._subscribed.pop(caller.id, None)

    async def publish(
        self, user_id: UUID, message: str, *, subject_id: UUID, changed_at: datetime
    ) -> None:
        """Tell a user's sockets, wherever they are, what has happened to a thing of theirs.

        changed_at: when it became what the message says; DELETED for what is gone.
        """
        envelope = _Envelope(
            user_id=user_id, subject_id=subject_id, changed_at=changed_at, message=message
        )
        if self._broadcast:
            await self._broadcast.send(envelope.model_dump_json().encode())
        else:
            self._deliver(envelope)

    def figures(self) -> Iterator[Figure]:
        """What a scrape is told of the sockets."""
        yield "events_open_sockets", "Sockets of live events that are open.", len(self._open)
        yield "events_delivered_total", "Events that sockets were given.", self._delivered

    def _receive(self, message: bytes) -> None:
        try:
            envelope = _Envelope.model_validate_json(message)
        except ValidationError as error:
            # Another version of this service, perhaps.
            _log.error("an event could not be read", extra={"error": str(error)})
            return self._lose()
        self._deliver(envelope)

    def _deliver(self, envelope: _Envelope) -> None:
        if self._is_outdated(envelope):
            return
        listeners = self._subscribed.get(envelope.user_id, ())
        self._delivered += len(listeners)
        for listener in listeners:
            listener.put(envelope.message)

    def _is_outdated(self, envelope: _Envelope) -> bool:
        """Whether another process, which changed it later, has been the first to say so."""
        told = self._told.pop(envelope.subject_id, envelope.changed_at)
        self._told[envelope.subject_id] = max(told, envelope.changed_at)
        if len(self._told) > RECENT_SUBJECTS:
            self._told.popitem(last=False)
        return envelope.changed_at < told

    def _lose(self) -> None:
        """Have everyone come back and read anew, as they may have missed something."""
        for listeners in self._subscribed.values():
            for listener in listeners:
                listener.close(TRY_AGAIN_LATER)

    def _leave(self) -> None:
        for listener in self._open:
            listener.close(GOING_AWAY)

    async def _go_on(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what never ends; after an error that nobody foresaw, it and all sockets begin anew."""
        while True:
            try:
                await work()
            except Exception:  # noqa: BLE001  # Whatever it is, it must not end in silence.
                _log.exception("the live events have failed")
            self._lose()
            await asyncio.sleep(RECOVERY_SECONDS)

    async def _hear_others(self) -> None:
        assert self._broadcast
        try:
            await self._broadcast.run()
        finally:
            # New sockets wait until they are heard again.
            self._broadcast.heard.clear()

    async def _recheck_tokens(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                async with asyncio.timeout(RECHECK_SECONDS):
                    await self._close_invalid()
            except (TimeoutError, Unavailable, SQLAlchemyError) as error:
                _log.warning(
                    "the tokens of open sockets could not be checked", extra={"error": str(error)}
                )

    async def _close_invalid(self) -> None:
        listeners = [each for group in self._subscribed.values() for each in group]
        for start in range(0, len(listeners), RECHECK_AT_ONCE):
            some = listeners[start : start + RECHECK_AT_ONCE]
            with at_most(LOOKUP_SECONDS):
                valid = await self._valid({each.token_digest for each in some})
            for listener in some:
                if listener.token_digest not in valid:
                    listener.close(UNAUTHORIZED)


@contextlib.contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)

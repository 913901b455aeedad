"""Live events: what happens to a user's tasks, told to that user's open sockets.

In one process by memory; in several through Redis, where every process hears one channel.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Literal
from uuid import UUID

import structlog
from pydantic import BaseModel
from redis.asyncio import Redis
from redis.exceptions import RedisError

from .draining import Draining
from .models import Task
from .schemas import TaskOutput

QUEUE_LENGTH = 100
RECONNECT_SECONDS = 0.5
CHANNEL = "task-events"

EventType = Literal["task.created", "task.updated", "task.deleted"]

_log = structlog.get_logger(__name__)


class TaskEvent(BaseModel):
    """What a socket is sent; of a deleted task its last state."""

    type: EventType
    task: TaskOutput


class _Envelope(BaseModel):
    user_id: UUID
    message: str


class Subscription:
    """The messages for one socket: a bounded queue, so that a slow reader costs little."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        self.overflowed = asyncio.Event()

    def put(self, message: str) -> None:
        """Add a message, or mark the subscription as lost where its reader is too slow."""
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self.overflowed.set()

    async def next(self) -> str:
        """The next message, as JSON."""
        return await self._queue.get()


class Hub:
    """Passes events on to the subscriptions of their users."""

    def __init__(self, redis_url: str | None, draining: Draining) -> None:
        self._draining = draining
        self._subscriptions: dict[UUID, set[Subscription]] = defaultdict(set)
        self._redis = Redis.from_url(redis_url) if redis_url else None
        self._listening = asyncio.Event()
        self.stopping = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen to the other processes for as long as the application runs."""
        loop = asyncio.get_running_loop()
        self._draining.when_begun(lambda: loop.call_soon_threadsafe(self.stopping.set))
        if self._redis is None:
            self._listening.set()
            yield
            return
        listener = asyncio.create_task(self._listen(self._redis))
        try:
            yield
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
            await self._redis.aclose()

    @contextlib.asynccontextmanager
    async def subscribe(self, user_id: UUID) -> AsyncIterator[Subscription]:
        """A subscription that from its start on misses nothing.

        Raises TimeoutError where the other processes can't be heard.
        """
        async with asyncio.timeout(5):
            await self._listening.wait()
        subscription = Subscription()
        self._subscriptions[user_id].add(subscription)
        try:
            yield subscription
        finally:
            self._forget(user_id, subscription)

    def _forget(self, user_id: UUID, subscription: Subscription) -> None:
        self._subscriptions[user_id].discard(subscription)
        if not self._subscriptions[user_id]:
            del self._subscriptions[user_id]

    async def publish(self, user_id: UUID, kind: EventType, task: Task) -> None:
        """Tell a user's sockets, wherever they are, what has happened."""
        event = TaskEvent(type=kind, task=TaskOutput.model_validate(task))
        envelope = _Envelope(user_id=user_id, message=event.model_dump_json())
        if self._redis is None:
            return self._deliver(envelope)
        try:
            await self._redis.publish(CHANNEL, envelope.model_dump_json())
        except RedisError as error:
            _log.error("an event was told to this process only", error=str(error))
            self._deliver(envelope)

    def _deliver(self, envelope: _Envelope) -> None:
        for subscription in self._subscriptions.get(envelope.user_id, ()):
            subscription.put(envelope.message)

    async def _listen(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "subscribe":
                            self._listening.set()
                        else:
                            self._deliver(_Envelope.model_validate_json(message["data"]))
            except RedisError as error:
                self._listening.clear()
                _log.warning("events of other processes are not heard", error=str(error))
                await asyncio.sleep(RECONNECT_SECONDS)

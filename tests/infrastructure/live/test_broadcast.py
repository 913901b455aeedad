"""Messages through Redis, where that hangs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis_server import RedisServer

from task_service.infrastructure import patience
from task_service.infrastructure.events import broadcast


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "RECONNECT_SECONDS", 0.01)


class Process:
    """One of the processes of a service: what it has heard, and whether it may have missed any."""

    def __init__(self, redis: RedisServer) -> None:
        self.delivered: asyncio.Queue[bytes] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.channel = broadcast.Broadcast(
            redis.url, deliver=self.delivered.put_nowait, lost=self.lost.set
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.channel.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def listening(redis: RedisServer) -> AsyncIterator[Process]:
    process = Process(redis)
    async with process.running():
        await process.channel.heard.wait()
        yield process


async def test_a_redis_that_says_nothing_is_taken_for_away(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "SILENCE_SECONDS", 0.1)
    async with listening(redis) as process:
        # It has nothing to say for a while, but answers when it is asked.
        await asyncio.sleep(0.35)
        assert not process.lost.is_set()
        with redis.paused():
            await process.lost.wait()
        await process.channel.heard.wait()
        await process.channel.send(b"heard again")
        assert await process.delivered.get() == b"heard again"


async def test_a_message_that_could_not_be_sent_is_reported_to_all(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(redis) as other:
        monkeypatch.setattr(patience, "REDIS_SECONDS", 0.2)
        async with listening(redis) as sender:
            with redis.paused():
                await sender.channel.send(b"message")
                # Only the first one waits for Redis.
                async with asyncio.timeout(0.1):
                    for _ in range(100):
                        await sender.channel.send(b"message")
                # It is asked again meanwhile.
                await asyncio.sleep(0.4)
                assert not other.lost.is_set()
            await other.lost.wait()
            await sender.lost.wait()


async def test_a_message_that_a_broken_connection_took_is_reported_to_all(
    redis: RedisServer,
) -> None:
    sender = Process(redis)
    # It believes that Redis is there.
    sender.channel.heard.set()
    redis.stop()
    await sender.channel.send(b"message")
    sender.channel.heard.clear()
    redis.start()
    async with sender.running():
        await sender.lost.wait()

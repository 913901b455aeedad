"""Messages through Redis, where that hangs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module

import pytest
from contract.backing.redis import RedisServer
from contract.project import PACKAGE

broadcast = import_module(f"{PACKAGE}.broadcast")

PATIENCE_SECONDS = 10


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


class Process:
    """One of the processes of a service: what it has heard, and whether it may have missed any."""

    def __init__(self, redis: RedisServer) -> None:
        self.delivered: asyncio.Queue[bytes] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.channel = broadcast.Broadcast(
            redis.url, deliver=self.delivered.put_nowait, lost=self.lost.set
        )


@asynccontextmanager
async def listening(redis: RedisServer) -> AsyncIterator[Process]:
    process = Process(redis)
    task = asyncio.create_task(process.channel.run())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.channel.heard.wait()
            yield process
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_redis_that_says_nothing_is_taken_for_away(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "SILENCE_SECONDS", 0.2)

    async def listen() -> None:
        async with listening(redis) as process:
            await asyncio.sleep(1)
            assert not process.lost.is_set()
            with redis.paused():
                await process.lost.wait()
            await process.channel.heard.wait()
            await process.channel.send(b"heard again")
            assert await process.delivered.get() == b"heard again"

    asyncio.run(listen())


def test_a_message_that_could_not_be_sent_is_reported_to_all(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "ANSWER_SECONDS", 0.2)

    async def send() -> None:
        async with listening(redis) as sender, listening(redis) as other:
            with redis.paused():
                await sender.channel.send(b"message")
                assert not other.lost.is_set()
            await other.lost.wait()
            await sender.lost.wait()

    asyncio.run(send())


def test_a_message_that_a_broken_connection_took_is_reported_to_all(redis: RedisServer) -> None:
    async def send() -> None:
        # It believes that Redis is there.
        sender = Process(redis)
        sender.channel.heard.set()
        redis.stop()
        await sender.channel.send(b"message")
        sender.channel.heard.clear()
        redis.start()
        task = asyncio.create_task(sender.channel.run())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await sender.lost.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(send())

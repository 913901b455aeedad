"""The hub and the conversation of the live events: what no client can bring about at will."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import SQLAlchemyError

from task_service.infrastructure.errors import Unavailable
from task_service.infrastructure.events import (
    broadcast,
    conversation,
    hub,
)
from task_service.infrastructure.serving.draining import (
    Draining,
    end,
)

# What is never connected to, as `channels` stand for it.
REDIS = "redis://localhost"


@dataclass(frozen=True)
class Caller:
    """Who listens."""

    id: UUID = field(default_factory=uuid4)
    token_digest: bytes = b""


class Listener:
    """An open socket, as the hub sees it."""

    def __init__(self, token_digest: bytes = b"") -> None:
        self.token_digest = token_digest
        self.messages: list[str] = []
        self.codes: list[int] = []
        self.closed = asyncio.Event()

    def put(self, message: str) -> None:
        self.messages.append(message)

    def close(self, code: int) -> None:
        self.codes.append(code)
        self.closed.set()


class Channel:
    """Redis, as the hub sees it; listening ends with an error when a test wants it to."""

    def __init__(self, deliver: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        self.deliver = deliver
        self.lost = lost
        self.heard = asyncio.Event()
        self.fails = asyncio.Event()
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        self.heard.set()
        await self.fails.wait()
        self.fails.clear()
        raise ZeroDivisionError


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> list[Channel]:
    """Those that hubs make in place of connections to Redis."""
    made: list[Channel] = []

    def make(_url: str, *, deliver: Callable[[bytes], None], lost: Callable[[], None]) -> Channel:
        made.append(Channel(deliver, lost))
        return made[-1]

    monkeypatch.setattr(broadcast, "Broadcast", make)
    return made


async def identify(access_token: str) -> Caller:
    return Caller(token_digest=access_token.encode())


async def all_are_valid(digests: set[bytes]) -> set[bytes]:
    return digests


@asynccontextmanager
async def running_hub(
    *,
    valid: Callable[[set[bytes]], Awaitable[set[bytes]]] = all_are_valid,
    redis_url: str | None = None,
    draining: Draining | None = None,
) -> AsyncIterator[hub.Hub]:
    made = hub.Hub(
        identify=identify, valid=valid, redis_url=redis_url, draining=draining or Draining()
    )
    async with made.running():
        yield made


async def test_a_change_that_a_later_one_has_overtaken_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "RECENT_SUBJECTS", 1)
    listener, caller, one, other = Listener(), Caller(), uuid4(), uuid4()
    then = datetime.now(UTC)
    before, after = then - timedelta(seconds=1), then + timedelta(seconds=1)
    async with running_hub() as live, live.subscribed(listener, caller):
        for message, subject_id, changed_at in (
            ("one", one, then),
            ("one, outdated", one, before),
            ("one, outdated as well", one, before + timedelta(milliseconds=1)),
            ("one, again", one, after),
            ("other", other, then),
            ("other, deleted", other, hub.DELETED),
            ("other, too late", other, after),
        ):
            await live.publish(caller.id, message, subject_id=subject_id, changed_at=changed_at)
    assert listener.messages == ["one", "one, again", "other", "other, deleted"]


async def test_an_event_that_cannot_be_read_may_be_a_missed_one(channels: list[Channel]) -> None:
    listener = Listener()
    async with running_hub(redis_url=REDIS) as live, live.subscribed(listener, Caller()):
        channels[0].deliver(b'{"of": "another version"}')
        assert listener.codes == [1013]


async def test_a_socket_that_is_opened_while_the_service_stops_is_closed() -> None:
    listener, draining = Listener(), Draining()
    async with running_hub(draining=draining) as live:
        end()
        with live.attended(listener):
            assert listener.codes == [1001]


@pytest.mark.parametrize(
    "error", [Unavailable("away"), SQLAlchemyError("broken")], ids=["away", "broken"]
)
async def test_tokens_are_checked_again_although_it_has_failed_once(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RECHECK_SECONDS", 0.01)
    checks: list[set[bytes]] = []

    async def valid(digests: set[bytes]) -> set[bytes]:
        checks.append(digests)
        if len(checks) == 1:
            raise error
        return {b"valid"}

    kept, ended = Listener(b"valid"), Listener(b"invalid")
    async with (
        running_hub(valid=valid) as live,
        live.subscribed(kept, Caller()),
        live.subscribed(ended, Caller()),
    ):
        await ended.closed.wait()
    assert checks == [{b"valid", b"invalid"}] * 2
    assert (kept.codes, ended.codes) == ([], [4401])


async def test_after_an_error_nobody_foresaw_sockets_begin_anew_and_tokens_are_checked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "RECHECK_SECONDS", 0.01)
    monkeypatch.setattr(hub, "RECOVERY_SECONDS", 0)
    checks: list[set[bytes]] = []
    checked_again = asyncio.Event()

    async def valid(digests: set[bytes]) -> set[bytes]:
        checks.append(digests)
        if len(checks) == 1:
            raise ZeroDivisionError
        checked_again.set()
        return digests

    listener = Listener()
    async with running_hub(valid=valid) as live, live.subscribed(listener, Caller()):
        await listener.closed.wait()
        await checked_again.wait()
    assert listener.codes == [1013]


async def test_after_an_error_nobody_foresaw_other_processes_are_heard_again(
    channels: list[Channel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RECOVERY_SECONDS", 0.01)
    before, after = Listener(), Listener()
    async with running_hub(redis_url=REDIS) as live:
        [channel] = channels
        async with live.subscribed(before, Caller()):
            channel.fails.set()
            await before.closed.wait()
        assert (before.codes, channel.runs) == ([1013], 1)
        async with live.subscribed(after, Caller()):
            assert (after.codes, channel.runs) == ([], 2)


class Socket:
    """A client that listens after what it says; to send to it may raise an error.

    deaf: whether it takes nothing of what it is sent.
    """

    def __init__(
        self, *says: str | bytes, fails: Exception | None = None, deaf: bool = False
    ) -> None:
        self._says = list(says)
        self._fails = fails
        self._deaf = deaf
        self._left = asyncio.Event()
        self.hears: asyncio.Queue[str] = asyncio.Queue()
        self.codes: list[int] = []

    async def receive(self) -> str | bytes:
        if self._says:
            return self._says.pop(0)
        await self._left.wait()
        raise conversation.Left

    async def send(self, message: str) -> None:
        if isinstance(self._fails, conversation.Left):
            self._left.set()
        if self._fails:
            raise self._fails
        if self._deaf:
            await self._left.wait()
        self.hears.put_nowait(message)

    async def close(self, code: int) -> None:
        self.codes.append(code)


async def test_where_an_event_can_not_be_sent_the_client_is_told_to_come_back() -> None:
    socket = Socket(fails=ZeroDivisionError())
    async with running_hub() as live:
        await conversation.converse(socket, live, Caller())
    assert socket.codes == [1013]


async def test_a_client_that_has_just_left_is_no_error() -> None:
    socket = Socket('{"access_token": "token"}', fails=conversation.Left())
    async with running_hub() as live:
        await conversation.converse(socket, live)
    assert socket.codes == []


@pytest.mark.parametrize("message", ["🌱" * 16_385, b"x" * 65_537], ids=["text", "bytes"])
@pytest.mark.parametrize("caller", [None, Caller()], ids=["before", "after"])
async def test_a_client_that_says_too_much_is_left_before_and_after_it_signs_in(
    message: str | bytes, caller: Caller | None
) -> None:
    socket = Socket(message)
    async with running_hub() as live:
        await conversation.converse(socket, live, caller)
    assert socket.codes == [1009]


async def test_a_client_that_does_not_take_what_it_is_sent_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "PING_SECONDS", 0.01)
    socket = Socket(deaf=True)
    async with running_hub() as live:
        await conversation.converse(socket, live, Caller())
    assert socket.codes == [1013]


async def test_a_client_for_whom_too_much_waits_is_told_to_come_back() -> None:
    socket, caller, now = Socket(deaf=True), Caller(), datetime.now(UTC)
    async with running_hub() as live:
        talk = asyncio.create_task(conversation.converse(socket, live, caller))
        while not talk.done():
            await live.publish(caller.id, "{}", subject_id=uuid4(), changed_at=now)
            await asyncio.sleep(0)
    assert socket.codes == [1013]


async def test_where_the_server_has_no_pings_something_is_said_from_time_to_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "PING_SECONDS", 0.01)
    socket = Socket()
    async with running_hub() as live:
        talk = asyncio.create_task(conversation.converse(socket, live, Caller(), pings=True))
        heard = [await socket.hears.get() for _ in range(3)]
        assert heard == [conversation.READY, conversation.PING, conversation.PING]
        talk.cancel()


async def test_what_waits_to_be_sent_keeps_its_order() -> None:
    socket, caller, now = Socket(), Caller(), datetime.now(UTC)
    async with running_hub() as live:
        talk = asyncio.create_task(conversation.converse(socket, live, caller))
        assert await socket.hears.get() == conversation.READY
        for message in ("one", "two", "three"):
            await live.publish(caller.id, message, subject_id=uuid4(), changed_at=now)
        assert [await socket.hears.get() for _ in range(3)] == ["one", "two", "three"]
        talk.cancel()


async def test_a_conversation_ends_for_the_first_reason(channels: list[Channel]) -> None:
    socket, draining = Socket(), Draining()
    async with running_hub(redis_url=REDIS, draining=draining) as live:
        talk = asyncio.create_task(conversation.converse(socket, live, Caller()))
        assert await socket.hears.get() == conversation.READY
        end()
        # The hub is told of it in the loop, and the conversation has not ended when it is.
        await asyncio.sleep(0)
        assert not talk.done()
        channels[0].lost()
        await talk
    assert socket.codes == [1001]


def collections() -> int:
    return sum(int(generation["collections"]) for generation in gc.get_stats())


def collections_while_objects_are_made() -> int:
    before = collections()
    made: list[list[None]] = [[] for _ in range(20_000)]
    del made
    return collections() - before


async def test_what_a_thousand_sockets_hear_is_not_searched_for_garbage() -> None:
    async with running_hub():
        gc.collect()
        assert collections_while_objects_are_made() == 0
    assert collections_while_objects_are_made() > 0

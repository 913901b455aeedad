"""The hub and the conversation of the live events: what no client can bring about at will."""

import asyncio
import gc
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from contract.project import PACKAGE

accounts = import_module(f"{PACKAGE}.accounts")
db = import_module(f"{PACKAGE}.db")
draining = import_module(f"{PACKAGE}.draining")
events = import_module(f"{PACKAGE}.events")
live = import_module(f"{PACKAGE}.live")
migrate = import_module(f"{PACKAGE}.migrate")
schemas = import_module(f"{PACKAGE}.schemas")
throttle = import_module(f"{PACKAGE}.throttle")

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}


class Listener:
    """An open socket, as the hub sees it."""

    def __init__(self) -> None:
        self.token_digest = b""
        self.titles: list[str] = []
        self.codes: list[int] = []
        self.closed = asyncio.Event()

    def put(self, message: str) -> None:
        self.titles.append(json.loads(message)["task"]["title"])

    def close(self, code: int) -> None:
        self.codes.append(code)
        self.closed.set()


Test = Callable[[Any], Coroutine[Any, Any, None]]


@pytest.fixture
def with_hub(tmp_path: Path) -> Callable[[Test], None]:
    """Run a coroutine function with a hub on an empty database."""

    def run(test: Test) -> None:
        async def run_test() -> None:
            database = db.Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
            hub = events.Hub(database, None, draining.Draining())
            async with asyncio.timeout(10), hub.running():
                await test(hub)
            await database.close()

        asyncio.run(run_test())

    return run


def caller(user_id: UUID) -> SimpleNamespace:
    return SimpleNamespace(id=user_id)


def task(title: str, *, task_id: UUID, changed_at: datetime) -> SimpleNamespace:
    return SimpleNamespace(
        id=task_id,
        title=title,
        done=False,
        due_at=None,
        created_at=changed_at,
        updated_at=changed_at,
    )


async def access_token(hub: Any) -> str:
    """That of a new account."""
    await accounts.register(hub.database, schemas.Credentials(**CREDENTIALS))
    given = await accounts.sign_in(
        hub.database,
        throttle.SignInThrottle(None),
        schemas.SignIn(**CREDENTIALS),
        client="127.0.0.1",
        ttl_seconds=60,
    )
    token: str = given.access_token
    return token


def test_a_change_that_a_later_one_has_overtaken_is_not_told(
    with_hub: Callable[[Test], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "RECENT_TASKS", 1)
    user_id, one, other = uuid4(), uuid4(), uuid4()
    then = datetime.now(UTC)
    before, after = then - timedelta(seconds=1), then + timedelta(seconds=1)

    async def overtake(hub: Any) -> None:
        listener = Listener()
        async with hub.subscribed(listener, caller(user_id)):
            for kind, title, task_id, changed_at in (
                ("task.updated", "one", one, then),
                ("task.updated", "one, outdated", one, before),
                ("task.updated", "one, again", one, after),
                ("task.created", "other", other, then),
                ("task.deleted", "other, deleted", other, then),
                ("task.updated", "other, too late", other, after),
            ):
                changed = task(title, task_id=task_id, changed_at=changed_at)
                await hub.publish(user_id, kind, changed)
        assert listener.titles == ["one", "one, again", "other", "other, deleted"]

    with_hub(overtake)


def test_an_event_that_cannot_be_read_may_be_a_missed_one(
    with_hub: Callable[[Test], None],
) -> None:
    async def misread(hub: Any) -> None:
        listener = Listener()
        async with hub.subscribed(listener, caller(uuid4())):
            hub._receive(b'{"of": "another version"}')
        assert listener.codes == [1013]

    with_hub(misread)


def test_a_socket_that_is_opened_while_the_service_stops_is_closed(
    with_hub: Callable[[Test], None],
) -> None:
    async def open_late(hub: Any) -> None:
        hub._draining.begun = True
        listener = Listener()
        with hub.attended(listener):
            assert listener.codes == [1001]

    with_hub(open_late)


def test_tokens_are_checked_again_although_it_has_failed_once(
    with_hub: Callable[[Test], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "RECHECK_SECONDS", 0.05)

    async def recheck(hub: Any) -> None:
        valid, invalid = Listener(), Listener()
        async with hub.subscribed(invalid, caller(uuid4())):
            # There are no tables yet.
            await asyncio.sleep(0.5)
            assert not invalid.codes
            await asyncio.to_thread(migrate.upgrade, f"sqlite:///{tmp_path / 'test.sqlite3'}")
            valid.token_digest = accounts.digest(await access_token(hub))
            async with hub.subscribed(valid, caller(uuid4())):
                await asyncio.sleep(0.2)
                await invalid.closed.wait()
        assert set(invalid.codes) == {4401}
        assert not valid.codes

    with_hub(recheck)


def test_after_an_error_nobody_foresaw_sockets_begin_anew_and_tokens_are_checked_again(
    with_hub: Callable[[Test], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "RECHECK_SECONDS", 0.05)
    monkeypatch.setattr(events, "RECOVERY_SECONDS", 0)
    checks: list[str] = []
    checked_again = asyncio.Event()

    async def check() -> None:
        if checks:
            checked_again.set()
        checks.append("failed")
        if checks == ["failed"]:
            raise ZeroDivisionError

    async def fail(hub: Any) -> None:
        monkeypatch.setattr(hub, "_close_invalid", check)
        listener = Listener()
        async with hub.subscribed(listener, caller(uuid4())):
            await listener.closed.wait()
            assert listener.codes == [1013]
            await checked_again.wait()

    with_hub(fail)


class FailingBroadcast:
    """A channel of Redis, on which listening ends with an error the first time."""

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        self.heard = asyncio.Event()
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        self.heard.set()
        if self.runs == 1:
            await asyncio.sleep(0.1)
            raise ZeroDivisionError
        await asyncio.Event().wait()


def test_after_an_error_nobody_foresaw_other_processes_are_heard_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "Broadcast", FailingBroadcast)
    monkeypatch.setattr(events, "RECOVERY_SECONDS", 0.1)

    async def fail() -> None:
        hub = events.Hub(None, "redis://localhost", draining.Draining())
        async with asyncio.timeout(10), hub.running():
            before, after = Listener(), Listener()
            async with hub.subscribed(before, caller(uuid4())):
                await before.closed.wait()
                assert before.codes == [1013]
            assert hub._broadcast.runs == 1
            async with hub.subscribed(after, caller(uuid4())):
                assert hub._broadcast.runs == 2

    asyncio.run(fail())


class FailingSocket:
    """A client that listens, and to which nothing can be sent."""

    def __init__(self) -> None:
        self.closed_with: list[int] = []

    async def receive(self) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, _message: str) -> None:
        raise ZeroDivisionError

    async def close(self, code: int) -> None:
        self.closed_with.append(code)


def test_where_an_event_can_not_be_sent_the_client_is_told_to_come_back(
    with_hub: Callable[[Test], None],
) -> None:
    async def send(hub: Any) -> None:
        socket = FailingSocket()
        who = SimpleNamespace(id=uuid4(), token_digest=b"")
        await live.converse(socket, hub, who)
        assert socket.closed_with == [1013]

    with_hub(send)


class LeavingSocket:
    """A client that has gone when it is sent something."""

    def __init__(self, token: str) -> None:
        self._said = [json.dumps({"access_token": token})]
        self._left = asyncio.Event()
        self.closed_with: list[int] = []

    async def receive(self) -> str:
        if not self._said:
            await self._left.wait()
            raise live.Left
        return self._said.pop()

    async def send(self, _message: str) -> None:
        self._left.set()
        raise live.Left

    async def close(self, code: int) -> None:
        self.closed_with.append(code)


def test_a_client_that_has_just_left_is_no_error(
    with_hub: Callable[[Test], None], tmp_path: Path
) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'test.sqlite3'}")

    async def leave(hub: Any) -> None:
        socket = LeavingSocket(await access_token(hub))
        await live.converse(socket, hub)
        assert socket.closed_with == []

    with_hub(leave)


class PatientSocket:
    """A client that is connected, and says nothing."""

    def __init__(self) -> None:
        self.closed_with: list[int] = []

    async def receive(self) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: str) -> None:
        raise AssertionError(message)

    async def close(self, code: int) -> None:
        self.closed_with.append(code)


def test_a_conversation_ends_for_the_first_reason(with_hub: Callable[[Test], None]) -> None:
    async def end_twice(hub: Any) -> None:
        socket = PatientSocket()
        conversation = asyncio.create_task(live.converse(socket, hub))
        await asyncio.sleep(0)
        [listener] = hub._open
        listener.close(1001)
        listener.close(1013)
        await conversation
        assert socket.closed_with == [1001]

    with_hub(end_twice)


def collections() -> int:
    return sum(int(generation["collections"]) for generation in gc.get_stats())


def collections_while_objects_are_made() -> int:
    before = collections()
    made: list[list[None]] = [[] for _ in range(20_000)]
    del made
    return collections() - before


def test_what_a_thousand_sockets_hear_is_not_searched_for_garbage(
    with_hub: Callable[[Test], None],
) -> None:
    async def test(_hub: Any) -> None:
        gc.collect()
        assert collections_while_objects_are_made() == 0

    with_hub(test)
    assert collections_while_objects_are_made() > 0

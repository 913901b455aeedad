"""Readiness asks one question at a time, and does not wait long for the answer."""

import asyncio

import pytest

from task_service.infrastructure.database.access import (
    Database,
)
from task_service.infrastructure.observability import (
    health,
)
from task_service.infrastructure.serving.draining import (
    Draining,
)

READY = {"database": "ok", "migrations": "ok"}


class SlowDatabase(Database):
    """A database that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = asyncio.Event()
        self.is_migrated = True

    async def ping(self) -> None:
        self.asked += 1
        await self.answers.wait()

    async def has_tables(self) -> bool:
        await self.ping()
        return self.is_migrated


async def test_a_database_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    database = SlowDatabase()
    readiness = health.Readiness(database, Draining())
    async with asyncio.timeout(5):
        for _ in range(2):
            told = await readiness.checks()
            assert told == {"database": "unavailable", "migrations": "unavailable"}
    assert database.asked == 1
    monkeypatch.undo()
    database.answers.set()
    assert await readiness.checks() == READY


async def test_all_who_ask_while_it_is_asked_get_the_one_answer() -> None:
    database = SlowDatabase()
    readiness = health.Readiness(database, Draining())
    asking = [asyncio.create_task(readiness.checks()) for _ in range(20)]
    await asyncio.sleep(0)
    # Who goes away takes the answer from nobody.
    asking.pop(0).cancel()
    database.answers.set()
    assert await asyncio.gather(*asking) == [READY] * 19
    assert database.asked == 1


async def test_tables_are_asked_for_until_they_are_there() -> None:
    database = SlowDatabase()
    database.answers.set()
    database.is_migrated = False
    readiness = health.Readiness(database, Draining())
    assert await readiness.checks() == {"database": "ok", "migrations": "pending"}
    database.is_migrated = True
    assert await readiness.checks() == READY
    database.is_migrated = False
    assert await readiness.checks() == READY


async def test_what_nobody_foresaw_is_told_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    database = SlowDatabase()
    monkeypatch.setattr(database, "has_tables", None)
    told = await health.Readiness(database, Draining()).checks()
    assert told == {"database": "unavailable", "migrations": "unavailable"}


async def test_it_is_not_ready_once_it_will_stop() -> None:
    draining = Draining()
    readiness = health.Readiness(SlowDatabase(), draining)
    draining.begun = True
    assert await readiness.checks() == {"service": "stopping"}

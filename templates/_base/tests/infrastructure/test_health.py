"""Readiness asks one question at a time, and does not wait long for the answer."""

import asyncio

import pytest

from task_service.infrastructure.database.access import (
    Database,
)
from task_service.infrastructure.observability import (
    health,
)


class HangingDatabase(Database):
    """A database that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = asyncio.Event()

    async def ping(self) -> None:
        self.asked += 1
        await self.answers.wait()


async def test_a_database_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    database = HangingDatabase()
    readiness = health.Readiness(database)
    async with asyncio.timeout(5):
        assert await readiness.checks() == {"database": "unavailable"}
        assert await readiness.checks() == {"database": "unavailable"}
    assert database.asked == 1
    monkeypatch.undo()
    database.answers.set()
    assert await readiness.checks() == {"database": "ok"}

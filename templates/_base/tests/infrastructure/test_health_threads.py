"""Readiness asks one question at a time, and does not wait long for the answer."""

from threading import Event
from time import perf_counter

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
        self.answers = Event()

    def ping(self) -> None:
        self.asked += 1
        assert self.answers.wait(timeout=30)


def test_a_database_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    database = HangingDatabase()
    readiness = health.Readiness(database)
    began = perf_counter()
    assert readiness.checks() == {"database": "unavailable"}
    assert readiness.checks() == {"database": "unavailable"}
    assert perf_counter() - began < 5
    assert database.asked == 1
    monkeypatch.undo()
    database.answers.set()
    assert readiness.checks() == {"database": "ok"}
    # No questions have piled up behind the first one.
    assert database.asked <= 2

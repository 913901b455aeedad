"""Readiness asks one question at a time, and does not wait long for the answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import perf_counter

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
        self.answers = Event()
        self.is_migrated = True

    def ping(self) -> None:
        self.asked += 1
        assert self.answers.wait(timeout=30)

    def has_tables(self) -> bool:
        self.ping()
        return self.is_migrated


def test_a_database_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    database = SlowDatabase()
    readiness = health.Readiness(database, Draining())
    began = perf_counter()
    for _ in range(2):
        told = readiness.checks()
        assert told == {"database": "unavailable", "migrations": "unavailable"}
    assert perf_counter() - began < 5
    assert database.asked == 1
    # The process can end meanwhile.
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "readiness")
    monkeypatch.undo()
    database.answers.set()
    assert readiness.checks() == READY


def test_all_who_ask_while_it_is_asked_get_the_one_answer() -> None:
    database = SlowDatabase()
    readiness = health.Readiness(database, Draining())
    with ThreadPoolExecutor(20) as pool:
        asking = [pool.submit(readiness.checks) for _ in range(20)]
        database.answers.set()
        assert [future.result() for future in asking] == [READY] * 20


def test_tables_are_asked_for_until_they_are_there() -> None:
    database = SlowDatabase()
    database.answers.set()
    database.is_migrated = False
    readiness = health.Readiness(database, Draining())
    assert readiness.checks() == {"database": "ok", "migrations": "pending"}
    database.is_migrated = True
    assert readiness.checks() == READY
    database.is_migrated = False
    assert readiness.checks() == READY


def test_what_nobody_foresaw_is_told_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    database = SlowDatabase()
    monkeypatch.setattr(database, "has_tables", None)
    told = health.Readiness(database, Draining()).checks()
    assert told == {"database": "unavailable", "migrations": "unavailable"}


def test_it_is_not_ready_once_it_will_stop() -> None:
    draining = Draining()
    readiness = health.Readiness(SlowDatabase(), draining)
    draining.begun = True
    assert readiness.checks() == {"service": "stopping"}

"""Readiness asks one question at a time, and does not wait long for the answer."""

from importlib import import_module
from threading import Event
from time import perf_counter

from contract.project import PACKAGE

health = import_module(f"{PACKAGE}.health")


class Database:
    """A database that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = Event()

    def ping(self) -> None:
        self.asked += 1
        assert self.answers.wait(timeout=30)


def test_a_database_that_hangs_is_asked_once() -> None:
    database = Database()
    readiness = health.Readiness(database)
    began = perf_counter()
    assert readiness.checks() == {"database": "unavailable"}
    assert readiness.checks() == {"database": "unavailable"}
    assert perf_counter() - began < 3 * health.PATIENCE_SECONDS
    assert database.asked == 1
    database.answers.set()
    assert readiness.checks() == {"database": "ok"}

"""Readiness asks one question at a time, and does not wait long for the answer."""

import asyncio
from importlib import import_module
from time import perf_counter

from contract.project import PACKAGE

health = import_module(f"{PACKAGE}.health")


class Database:
    """A database that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = asyncio.Event()

    async def ping(self) -> None:
        self.asked += 1
        await self.answers.wait()


async def ask_a_database_that_hangs() -> None:
    database = Database()
    readiness = health.Readiness(database)
    began = perf_counter()
    assert await readiness.checks() == {"database": "unavailable"}
    assert await readiness.checks() == {"database": "unavailable"}
    assert perf_counter() - began < 3 * health.PATIENCE_SECONDS
    assert database.asked == 1
    database.answers.set()
    assert await readiness.checks() == {"database": "ok"}


def test_a_database_that_hangs_is_asked_once() -> None:
    asyncio.run(ask_a_database_that_hangs())

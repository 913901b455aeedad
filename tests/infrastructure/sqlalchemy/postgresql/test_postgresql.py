"""A PostgreSQL that does not answer."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, NoReturn

import psycopg
import pytest

from task_service.infrastructure.database import (
    libpq,
    postgresql,
)


def test_who_wants_to_connect_leaves_alone_for_a_moment_what_has_not_answered_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = []

    def time_out(*_arguments: object, **parameters: object) -> NoReturn:
        attempts.append(parameters)
        raise psycopg.errors.ConnectionTimeout

    monkeypatch.setattr(libpq.BoundedConnection, "connect", time_out)
    engine = postgresql.create("postgresql://db.example/service")
    for _ in range(2):
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            finish(engine.raw_connection)
    assert len(attempts) == 1


def finish(call: Callable[[], Any]) -> None:
    """Call it, and wait for a coroutine, which it is where the service is asynchronous."""
    if inspect.iscoroutine(given := call()):
        asyncio.run(given)

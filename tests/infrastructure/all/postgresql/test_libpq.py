"""A connection to PostgreSQL whose server does not commit."""

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import psycopg
import pytest

from task_service.infrastructure.database import libpq


class LostByPooler(psycopg.OperationalError):
    sqlstate = "08006"


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (psycopg.OperationalError("the connection is closed"), True),
        (LostByPooler("server closed the connection unexpectedly"), True),
        (psycopg.errors.SerializationFailure("could not serialize access"), False),
    ],
    ids=["no answer", "a pooler's answer", "a refusal"],
)
def test_a_commit_is_lost_unless_the_server_itself_has_refused_it(
    error: Exception, is_lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: object) -> NoReturn:
        raise error

    monkeypatch.setattr(libpq.BoundedConnection.__base__, "commit", fail)
    connection = libpq.BoundedConnection.__new__(libpq.BoundedConnection)
    with pytest.raises(type(error) if not is_lost else libpq.CommitLost):
        finish(connection.commit)


def test_a_value_that_libpq_does_not_know_is_a_database_that_is_away() -> None:
    given = libpq.parameters("postgresql://127.0.0.1/service?connect_timeout=soon")
    with pytest.raises(psycopg.OperationalError, match="connect_timeout"):
        finish(partial(libpq.BoundedConnection.connect, **given))


def finish(call: Callable[[], Any]) -> None:
    """Call it, and wait for a coroutine, which it is where the service is asynchronous."""
    if inspect.iscoroutine(given := call()):
        asyncio.run(given)

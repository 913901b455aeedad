"""A connection to PostgreSQL whose server does not commit."""

import asyncio
import inspect
from collections.abc import Callable
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


def finish(call: Callable[[], Any]) -> None:
    """Call it, and wait for a coroutine, which it is where the service is asynchronous."""
    if inspect.iscoroutine(given := call()):
        asyncio.run(given)

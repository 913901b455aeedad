"""A connection to PostgreSQL whose server does not commit."""

import asyncio
import inspect
from typing import Any, NoReturn

import psycopg
import pytest

# A project that was generated for SQLite has none of it.
libpq = pytest.importorskip("task_service.infrastructure.database.libpq")


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
        finished(libpq.BoundedConnection.commit(connection))


def finished(given: Any) -> Any:
    """Wait for a coroutine, which it is where the service is asynchronous."""
    return asyncio.run(given) if inspect.iscoroutine(given) else given

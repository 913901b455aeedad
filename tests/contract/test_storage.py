"""What is kept, looked at where it is kept: of secrets hashes, and times that others wrote."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .backing.sqlite import SQLiteDatabases, path_of
from .client import sign_up
from .service import Service, Serving
from .tasks import create_task

pytestmark = pytest.mark.sqlite


def stored(path: Path) -> bytes:
    """All bytes of the database, with those that are still in its log."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.fixture(scope="module")
def kept(serving: Serving, sqlite_databases: SQLiteDatabases) -> Iterator[Service]:
    url = sqlite_databases.migrated()
    with serving(**sqlite_databases.settings, DATABASE_URL=url) as service:
        yield service


def test_neither_passwords_nor_tokens_are_kept(kept: Service) -> None:
    with kept.client() as client:
        account = sign_up(client)
        content = stored(path_of(kept.settings["DATABASE_URL"]))
    assert account.email.encode() in content
    assert b"$argon2id$" in content
    assert account.password.encode() not in content
    assert account.token.encode() not in content
    digest = hashlib.sha256(account.token.encode())
    assert digest.digest() in content or digest.hexdigest().encode() in content


@pytest.mark.part("tasks")
def test_a_change_is_later_than_the_one_before_whatever_the_clocks_say(kept: Service) -> None:
    with kept.client() as client, kept.client(sign_up(client).token) as api:
        task = create_task(api)
        with closing(sqlite3.connect(path_of(kept.settings["DATABASE_URL"]))) as database:
            # As if by another machine, whose clock is ahead.
            query = "SELECT name FROM sqlite_master WHERE name IN ('tasks', 'tasks_task')"
            [(table,)] = database.execute(query)
            database.execute(f"UPDATE {table} SET updated_at = '2100-01-01 00:00:00.000000'")
            database.commit()
        times = [
            api.patch(f"/api/v1/tasks/{task['id']}", json={"done": True}).json()["updated_at"]
            for _ in range(2)
        ]
    assert times == ["2100-01-01T00:00:00.000001Z", "2100-01-01T00:00:00.000002Z"]

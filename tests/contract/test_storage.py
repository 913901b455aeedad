"""What is kept, looked at where it is kept: of secrets hashes, and times that others wrote.

The database is ahead of the code, as an older release finds it that is put back into service.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

import pytest

from .backing.sqlite import SQLiteDatabases, path_of, put_ahead
from .client import bearer, sign_up
from .outages import CALL_SECONDS, assert_unavailable
from .problems import assert_unauthorized
from .resource import Resource
from .runbook import Runbook
from .service import Service, Serving
from .tasks import create_task

pytestmark = pytest.mark.sqlite


def stored(path: Path) -> bytes:
    """All bytes of the database, with those that are still in its log."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.fixture(scope="module")
def kept(serving: Serving, sqlite_databases: SQLiteDatabases) -> Iterator[Service]:
    url = sqlite_databases.migrated()
    put_ahead(path_of(url))
    with serving(**sqlite_databases.settings, DATABASE_URL=url) as service:
        yield service


def opened(kept: Service) -> sqlite3.Connection:
    """The database; each statement is a transaction, unless one is begun."""
    return sqlite3.connect(path_of(kept.settings["DATABASE_URL"]), isolation_level=None)


def test_neither_passwords_nor_tokens_are_kept(kept: Service) -> None:
    with kept.client() as client:
        account = sign_up(client)
        content = stored(path_of(kept.settings["DATABASE_URL"]))
    assert account.email.encode() in content
    found = re.search(rb"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$", content)
    assert found
    memory, passes = map(int, found.groups())
    # The least of OWASP's Password Storage Cheat Sheet, of those with two passes.
    assert memory >= 19_456
    assert passes >= 2
    assert account.password.encode() not in content
    assert account.token.encode() not in content
    digest = hashlib.sha256(account.token.encode())
    assert digest.digest() in content or digest.hexdigest().encode() in content


@pytest.mark.part("tasks")
def test_a_change_is_later_than_the_one_before_whatever_the_clocks_say(kept: Service) -> None:
    with kept.client() as client, kept.client(sign_up(client).token) as api:
        task = create_task(api)
        with closing(opened(kept)) as database:
            # As if by another machine, whose clock is ahead.
            query = "SELECT name FROM sqlite_master WHERE name IN ('tasks', 'tasks_task')"
            [(table,)] = database.execute(query)
            database.execute(f"UPDATE {table} SET updated_at = '2100-01-01 00:00:00.000000'")
        times = [
            api.patch(f"/api/v1/tasks/{task['id']}", json={"done": True}).json()["updated_at"]
            for _ in range(2)
        ]
    assert times == ["2100-01-01T00:00:00.000001Z", "2100-01-01T00:00:00.000002Z"]


def test_an_expired_token_is_worth_nothing(kept: Service) -> None:
    with kept.client() as client:
        headers = bearer(sign_up(client).token)
        assert client.get("/api/v1/users/me", headers=headers).status_code == 200
        with closing(opened(kept)) as database:
            query = (
                "SELECT tables.name FROM sqlite_master AS tables"
                " JOIN pragma_table_info(tables.name) AS columns WHERE columns.name = 'expires_at'"
            )
            # Of tokens, and of the links in mails.
            for (table,) in database.execute(query).fetchall():
                database.execute(f"UPDATE {table} SET expires_at = '2020-01-01 00:00:00.000000'")
        assert_unauthorized(client.get("/api/v1/users/me", headers=headers))


def test_a_locked_database_is_unavailable_until_it_is_free(
    kept: Service, resource: Resource
) -> None:
    with kept.client() as client, kept.client(sign_up(client).token) as api:
        with closing(opened(kept)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert_unavailable(lambda: api.post(resource.path, json=resource.new()))
            assert client.get("/livez").status_code == 200
            began = perf_counter()
            # In WAL mode readers don't wait for writers, else they do.
            assert api.get(resource.readable).status_code in {200, 503}
            assert perf_counter() - began < CALL_SECONDS
            other.execute("ROLLBACK")
        assert api.post(resource.path, json=resource.new()).status_code == 201
        assert api.get(resource.readable).status_code == 200


@pytest.mark.without("postgresql")
def test_a_backup_is_made_and_restored_while_the_service_runs(
    kept: Service, runbook: Runbook
) -> None:
    with kept.client() as client:
        before = sign_up(client)
        runbook.follow("Back up", **kept.settings)
        after = sign_up(client)
        client.delete("/api/v1/tokens/current", headers=bearer(before.token))
        runbook.follow("Restore", **kept.settings)
        me = client.get("/api/v1/users/me", headers=bearer(before.token))
        assert (me.status_code, me.json()["email"]) == (200, before.email)
        assert_unauthorized(client.get("/api/v1/users/me", headers=bearer(after.token)))
        # And it goes on from there.
        assert sign_up(client).token

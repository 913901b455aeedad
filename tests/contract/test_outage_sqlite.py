"""SQLite that is locked, or not there: 503 for what needs it, and recovery by itself."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter

import httpx
import pytest

from .backing.sqlite import SQLiteDatabases, path_of
from .client import new_email, new_password, sign_up
from .commands import Commands
from .outages import assert_unavailable, assert_unready
from .resource import Resource
from .service import Serving
from .waiting import eventually

pytestmark = pytest.mark.sqlite


@pytest.fixture
def settings(sqlite_databases: SQLiteDatabases) -> dict[str, str]:
    return {**sqlite_databases.settings, "DATABASE_URL": sqlite_databases.migrated()}


def test_a_locked_database_is_unavailable_until_it_is_free(
    serving: Serving, settings: dict[str, str], resource: Resource
) -> None:
    with serving(**settings) as service, service.client() as client:
        token = sign_up(client).token
        path = path_of(settings["DATABASE_URL"])
        with service.client(token) as api:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                assert_unavailable(lambda: api.post(resource.path, json=resource.new()))
                assert client.get("/livez").status_code == 200
                began = perf_counter()
                # In WAL mode readers don't wait for writers, else they do.
                assert api.get(resource.readable).status_code in {200, 503}
                assert perf_counter() - began < 6
                other.execute("ROLLBACK")
            assert api.post(resource.path, json=resource.new()).status_code == 201
            assert api.get(resource.readable).status_code == 200


def test_a_folder_that_is_missing_at_the_start_may_come_later(
    commands: Commands, serving: Serving, sqlite_databases: SQLiteDatabases, tmp_path: Path
) -> None:
    folder = tmp_path / "later"
    settings = {**sqlite_databases.settings, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
    with serving(**settings, ready_at="/livez") as service, service.client() as client:
        assert_unready(client)
        user = {"email": new_email(), "password": new_password()}
        assert_unavailable(lambda: client.post("/api/v1/users", json=user))
        assert "unable to open database file" in {line.get("cause") for line in service.log()}
        folder.mkdir()
        commands.migrate(**settings)
        eventually(lambda: client.get("/readyz").status_code == 200, "it is ready")
        assert client.post("/api/v1/users", json=user).status_code == httpx.codes.CREATED

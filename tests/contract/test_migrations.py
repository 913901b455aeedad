"""The command `migrate`, while a service waits for its tables."""

import secrets
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from .backing.postgresql import PostgreSQLDatabases
from .backing.sqlite import SQLiteDatabases, path_of, put_ahead
from .client import Account, bearer, new_email, new_password, sign_up
from .commands import Commands
from .outages import PENDING, assert_unavailable, assert_unready, checks
from .processes import free_port
from .service import Service, Serving


def assert_ready_after_two_migrations_at_once(
    client: httpx.Client, commands: Commands, settings: dict[str, str]
) -> None:
    assert checks(client) == PENDING
    with ThreadPoolExecutor(2) as pool:
        attempts = [pool.submit(commands.run, "migrate", **settings) for _ in range(2)]
    for attempt in attempts:
        assert attempt.result().returncode == 0, attempt.result().stderr
    assert client.get("/readyz").json()["checks"] == {"database": "ok", "migrations": "ok"}


@pytest.mark.part("postgresql")
@pytest.mark.alike("sqlalchemy")
def test_several_migrations_at_once_all_succeed(
    commands: Commands, postgresql_databases: PostgreSQLDatabases, serving: Serving
) -> None:
    settings = {**postgresql_databases.settings, "DATABASE_URL": postgresql_databases.empty()}
    with serving(**settings, ready_at="/livez") as service, service.client() as client:
        assert_ready_after_two_migrations_at_once(client, commands, settings)
        assert sign_up(client)


@pytest.mark.sqlite
def test_an_sqlite_database_is_migrated_once_there_is_a_place_and_never_when_it_is_ahead(
    commands: Commands, serving: Serving, sqlite_databases: SQLiteDatabases, tmp_path: Path
) -> None:
    file = tmp_path / "later" / "db.sqlite3"
    settings = {**sqlite_databases.settings, "DATABASE_URL": f"sqlite:///{file}"}
    with serving(**settings, ready_at="/livez") as service, service.client() as client:
        assert_away_without_a_place(service, client)
        named = tmp_path / "database_url"
        named.write_text(f"{settings['DATABASE_URL']}\n", "utf-8")
        done = commands.run("migrate", APP_ENV="test", DATABASE_URL_FILE=str(named))
        assert refusal(done) == "Error: the database is away: unable to open database file"
        file.parent.mkdir()
        assert_ready_after_two_migrations_at_once(client, commands, settings)
        account = sign_up(client)
        assert_left_as_it_is_when_it_is_ahead(commands, settings, tmp_path)
        assert_keeps(client, account)


def assert_away_without_a_place(service: Service, client: httpx.Client) -> None:
    assert_unready(client)
    user = {"email": new_email(), "password": new_password()}
    assert_unavailable(lambda: client.post("/api/v1/users", json=user))
    assert "unable to open database file" in {line.get("cause") for line in service.log()}


def assert_left_as_it_is_when_it_is_ahead(
    commands: Commands, settings: dict[str, str], folder: Path
) -> None:
    # Which counts in development only.
    (folder / ".env").write_text("LOG_LEVEL=LOUD\n")
    file = path_of(settings["DATABASE_URL"])
    put_ahead(file)
    before = file.read_bytes()
    done = commands.run_in(folder, "migrate", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the database is ahead of this code" in done.stdout
    assert file.read_bytes() == before


def assert_keeps(client: httpx.Client, account: Account) -> None:
    me = client.get("/api/v1/users/me", headers=bearer(account.token))
    assert me.json()["email"] == account.email


@pytest.mark.part("postgresql")
@pytest.mark.alike("sqlalchemy")
def test_a_migration_says_that_the_server_is_away(commands: Commands) -> None:
    secret = secrets.token_hex(8)
    url = f"postgresql://user:{secret}@127.0.0.1:{free_port()}/service"
    done = commands.run("migrate", APP_ENV="test", DATABASE_URL=url)
    assert refusal(done).startswith("Error: the database is away: ")
    assert secret not in done.stdout + done.stderr


@pytest.mark.part("postgresql")
@pytest.mark.alike("sqlalchemy")
def test_a_migration_says_that_it_may_not_make_tables(
    commands: Commands, postgresql_databases: PostgreSQLDatabases
) -> None:
    with postgresql_databases.stranger() as user:
        url = urlsplit(postgresql_databases.empty())
        theirs = url._replace(netloc=f"{user}@{url.hostname}:{url.port}").geturl()
        done = commands.run("migrate", **{**postgresql_databases.settings, "DATABASE_URL": theirs})
    assert "permission denied for schema public" in refusal(done)


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line by which a command says what it can't do."""
    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith("Error: ")
    return line

"""The command line: help, the OpenAPI document, and migrations."""

import json
import re
import secrets
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from .backing import Databases
from .backing.postgresql import PostgreSQLDatabases
from .backing.sqlite import SQLiteDatabases, path_of
from .client import Account, sign_up
from .commands import Commands
from .problems import assert_problem
from .processes import free_port
from .service import Service, Serving


def test_help_lists_each_command_and_the_project_s_own_command_does_the_same(
    commands: Commands,
) -> None:
    done = commands.run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("serve", "migrate", "openapi"):
        assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE)
    script = commands.project.program(commands.project.name)
    own = subprocess.run(
        [script, "--help"], env=commands.environment(), capture_output=True, text=True, check=True
    )
    assert own.stdout.splitlines()[1:] == done.stdout.splitlines()[1:]


def test_it_tells_its_version(commands: Commands) -> None:
    done = commands.run("--version")
    assert done.returncode == 0
    assert commands.project.version in done.stdout


def test_in_production_it_wants_to_be_told_to_serve(
    commands: Commands, production_settings: dict[str, str]
) -> None:
    done = commands.run(**production_settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: APP_ENV is production: say `serve`, or `--help`\n"


@pytest.mark.parametrize("arguments", [["frobnicate"], ["serve", "--frobnicate"]], ids=" ".join)
def test_what_it_does_not_know_is_a_usage_error(commands: Commands, arguments: list[str]) -> None:
    done = commands.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "frobnicate" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_printed_document_is_the_served_one(commands: Commands, client: httpx.Client) -> None:
    done = commands.run("openapi", APP_ENV="test")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == client.get("/openapi.json").json()


@pytest.mark.storage
def test_a_migration_keeps_what_is_there(
    commands: Commands, service: Service, account: Account, own_api: httpx.Client
) -> None:
    done = commands.run("migrate", **service.settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert own_api.get("/api/v1/users/me").json()["email"] == account.email


@pytest.mark.sqlite
def test_a_migration_says_that_there_is_no_place_for_the_database(
    commands: Commands, tmp_path: Path
) -> None:
    done = commands.run(
        "migrate", APP_ENV="test", DATABASE_URL=f"sqlite:///{tmp_path}/none/x.sqlite3"
    )
    assert done.returncode == 1
    assert done.stderr == "Error: the database is away: unable to open database file\n"


@pytest.mark.part("postgresql")
def test_a_migration_says_that_the_server_is_away(measured_commands: Commands) -> None:
    secret = secrets.token_hex(8)
    url = f"postgresql://user:{secret}@127.0.0.1:{free_port()}/service"
    done = measured_commands.run("migrate", APP_ENV="test", DATABASE_URL=url)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Error: the database is away: ")
    assert secret not in done.stdout + done.stderr


@pytest.mark.storage
def test_several_migrations_at_once_all_succeed(
    commands: Commands, databases: Databases, serving: Serving
) -> None:
    settings = {**databases.settings, "DATABASE_URL": databases.empty()}
    with serving(**settings, ready_at="/livez") as service, service.client() as client:
        unready = assert_problem(client.get("/readyz"), 503, extra=["checks"])
        assert unready["checks"] == {"database": "ok", "migrations": "pending"}
        with ThreadPoolExecutor(3) as pool:
            attempts = [pool.submit(commands.run, "migrate", **settings) for _ in range(3)]
        for attempt in attempts:
            assert attempt.result().returncode == 0, attempt.result().stderr
        assert client.get("/readyz").json()["checks"] == {"database": "ok", "migrations": "ok"}
        assert sign_up(client)


@pytest.mark.sqlite
def test_a_migration_leaves_a_database_that_is_ahead_as_it_is(
    commands: Commands, sqlite_databases: SQLiteDatabases, serving: Serving
) -> None:
    settings = {**sqlite_databases.settings, "DATABASE_URL": sqlite_databases.migrated()}
    put_ahead(path_of(settings["DATABASE_URL"]))
    before = path_of(settings["DATABASE_URL"]).read_bytes()
    done = commands.run("migrate", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the database is ahead of this code" in done.stdout
    assert path_of(settings["DATABASE_URL"]).read_bytes() == before
    # It is what an older release finds that is put back into service.
    with serving(**settings) as service, service.client() as client:
        assert sign_up(client)


def put_ahead(file: Path) -> None:
    """Have the database remember a migration of a later release."""
    with closing(sqlite3.connect(file)) as connection, connection:
        kept = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" in kept:
            connection.execute("UPDATE alembic_version SET version_num = 'later'")
        else:
            later = ("accounts", "9999_later", "2030-01-01")
            insert = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"
            connection.execute(insert, later)


@pytest.mark.part("postgresql")
def test_a_migration_says_that_it_may_not_make_tables(
    commands: Commands, postgresql_databases: PostgreSQLDatabases
) -> None:
    with postgresql_databases.stranger() as user:
        url = urlsplit(postgresql_databases.empty())
        theirs = url._replace(netloc=f"{user}@{url.hostname}:{url.port}").geturl()
        done = commands.run("migrate", **{**postgresql_databases.settings, "DATABASE_URL": theirs})
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert done.stderr.startswith("Error: ")
    assert "permission denied for schema public" in done.stderr


def test_of_two_services_at_one_address_the_second_ends_with_one_line(
    measured_commands: Commands, service: Service
) -> None:
    done = measured_commands.run("serve", **service.settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: 127.0.0.1:{service.port}: Address already in use\n"

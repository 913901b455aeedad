"""The command line: help, the OpenAPI document, and migrations."""

import json
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from .backing import Databases
from .client import sign_up
from .commands import environment, run
from .project import NAME, VERSION
from .service import Service, Serving
from .tasks import create_task, read_task


def test_help_lists_each_command() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("serve", "migrate", "openapi"):
        assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE)


def test_the_project_s_own_command_does_the_same() -> None:
    script = Path(sys.executable).with_name(NAME)
    done = subprocess.run(
        [script, "--help"], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[1:] == run("--help").stdout.splitlines()[1:]


def test_it_tells_its_version() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert VERSION in done.stdout


def test_in_production_it_wants_to_be_told_to_serve(production_settings: dict[str, str]) -> None:
    done = run(**production_settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: APP_ENV is production: say `serve`, or `--help`\n"


@pytest.mark.parametrize("arguments", [["frobnicate"], ["serve", "--frobnicate"]], ids=" ".join)
def test_what_it_does_not_know_is_a_usage_error(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "frobnicate" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_printed_document_is_the_served_one(client: httpx.Client) -> None:
    done = run("openapi", APP_ENV="test")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == client.get("/openapi.json").json()


def test_a_migration_keeps_what_is_there(service: Service, api: httpx.Client) -> None:
    task = create_task(api)
    done = run("migrate", **service.settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert read_task(api, task) == task


def test_a_migration_says_that_there_is_no_place_for_the_database(tmp_path: Path) -> None:
    done = run("migrate", APP_ENV="test", DATABASE_URL=f"sqlite:///{tmp_path}/none/x.sqlite3")
    assert done.returncode == 1
    assert done.stderr == "Error: the database is away: unable to open database file\n"


def test_several_migrations_at_once_all_succeed(databases: Databases, serving: Serving) -> None:
    settings = {**databases.settings, "DATABASE_URL": databases.empty()}
    with ThreadPoolExecutor(3) as pool:
        attempts = [pool.submit(run, "migrate", **settings) for _ in range(3)]
    for attempt in attempts:
        assert attempt.result().returncode == 0, attempt.result().stderr
    with serving(**settings) as service, service.client() as client:
        assert sign_up(client)


def test_an_address_that_is_in_use_is_told_in_one_line(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("serve", **{**service.settings, "PORT": str(port)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: 127.0.0.1:{port}: Address already in use\n"

"""The command line: help, the OpenAPI document, and what it refuses."""

import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from .backing import Databases
from .commands import Commands
from .service import Service


def test_help_lists_each_command_and_the_project_s_own_command_does_the_same(
    commands: Commands,
) -> None:
    done = commands.run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("serve", "migrate", "worker", "jobs", "create-admin", "openapi"):
        assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE)
    assert "..." not in done.stdout.partition("Commands:")[2]
    script = commands.project.program(commands.project.name)
    own = subprocess.run(
        [script, "--help"], env=commands.environment(), capture_output=True, text=True, check=True
    )
    assert own.stdout.splitlines()[1:] == done.stdout.splitlines()[1:]


def test_it_tells_its_version(commands: Commands) -> None:
    done = commands.run("--version")
    assert done.returncode == 0
    assert commands.project.version in done.stdout


@pytest.mark.alike("all")
def test_in_production_it_reads_no_file_and_wants_to_be_told_to_serve(
    commands: Commands, tmp_path: Path, production_settings: dict[str, str]
) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=LOUD\n")
    done = commands.run_in(tmp_path, **production_settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: APP_ENV is production: say `serve`, or `--help`\n"


@pytest.mark.alike("all")
@pytest.mark.parametrize("arguments", [["frobnicate"], ["serve", "--frobnicate"]], ids=" ".join)
def test_what_it_does_not_know_is_a_usage_error(commands: Commands, arguments: list[str]) -> None:
    done = commands.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "frobnicate" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.alike("sqlalchemy")
@pytest.mark.parametrize("arguments", [["jobs"], ["create-admin", "ada@example.com"]], ids=" ".join)
def test_a_database_without_tables_is_one_line(
    commands: Commands, databases: Databases, arguments: list[str]
) -> None:
    settings = {**databases.settings, "DATABASE_URL": databases.empty()}
    done = commands.run(*arguments, **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: The database lacks tables: the command `migrate` makes them.\n"


def test_the_printed_document_is_the_served_one(commands: Commands, client: httpx.Client) -> None:
    done = commands.run("openapi", APP_ENV="test", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    told = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert told == []
    # The application was made, and of what costs time and memory nothing that is not asked for.
    assert "infrastructure.observability" in done.stderr
    # (FastAPI itself imports the names of OpenTelemetry.)
    assert not re.search(r"opentelemetry\.(sdk|exporter|instrumentation)", done.stderr)
    assert json.loads(done.stdout) == client.get("/openapi.json").json()


@pytest.mark.alike("granian")
def test_of_two_services_at_one_address_the_second_ends_with_one_line(
    commands: Commands, service: Service
) -> None:
    done = commands.run("serve", **service.settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: 127.0.0.1:{service.port}: Address already in use; set PORT or HOST to another\n"
    )

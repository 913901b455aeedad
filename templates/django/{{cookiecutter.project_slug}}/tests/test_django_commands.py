"""Django's own commands, by `manage.py`."""

import json
import secrets
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from contract.commands import environment
from contract.processes import free_port
from contract.project import ROOT

MANAGE = (sys.executable, "manage.py")


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder."""
    return subprocess.run(
        [*MANAGE, *arguments],
        cwd=ROOT,
        env=environment(**{"APP_ENV": "test", "LOG_FORMAT": "json", **settings}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_wrong_with_the_settings_of_production(
    production_settings: dict[str, str],
) -> None:
    done = manage("check", "--deploy", "--fail-level", "DEBUG", **production_settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")


def test_what_is_wrong_with_them_is_found(
    production_settings: dict[str, str],
) -> None:
    key = secrets.token_urlsafe(24)
    done = manage("check", "--deploy", **{**production_settings, "SECRET_KEY": key})
    assert "security.W009" in done.stderr


def test_the_migrations_are_those_of_the_models() -> None:
    done = manage("makemigrations", "--check", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "No changes detected\n")


def test_a_wrong_setting_is_told_in_one_line() -> None:
    done = manage("check", PORT="http")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: PORT: 'http'")


def test_its_commands_use_the_database_of_the_settings(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    done = manage("migrate", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "Applying tasks.0001_initial... OK" in done.stdout
    done = manage("dumpdata", "tasks", DATABASE_URL=url)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("app_env", ["development", "test"])
def test_its_server_serves_the_service(tmp_path: Path, app_env: str) -> None:
    port = str(free_port())
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    with subprocess.Popen(
        [*MANAGE, "runserver", "--noreload", port],
        cwd=ROOT,
        env=environment(APP_ENV=app_env, DATABASE_URL=url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            response = answer(f"http://127.0.0.1:{port}/livez")
        finally:
            server.terminate()
    assert response.json() == {"status": "ok"}
    assert "X-Request-ID" in response.headers


def answer(url: str) -> httpx.Response:
    """The first answer of a server that is starting."""
    end = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.1)

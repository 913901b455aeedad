"""The commands of `flask`, which finds the application by itself."""

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from contract.commands import environment
from contract.processes import free_port
from contract.project import PACKAGE, ROOT
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import create_engine, inspect

web = import_module(f"{PACKAGE}.web.app")
Settings = import_module(f"{PACKAGE}.web").Settings

FLASK = (sys.executable, "-m", "flask")


def make_app(url: str) -> Flask:
    app: Flask = web.create_app(Settings(app_env="test", database_url=url))
    return app


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture
def runner(url: str) -> FlaskCliRunner:
    return make_app(url).test_cli_runner()


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def flask(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run it in the project's folder, without an option that says where the application is."""
    return subprocess.run(
        [*FLASK, *arguments],
        cwd=ROOT,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_lists_the_routes() -> None:
    done = flask("routes", APP_ENV="test")
    assert done.returncode == 0, done.stderr
    assert "/api/v1/tasks/<uuid:id>" in done.stdout


def test_its_shell_has_what_one_works_with(url: str) -> None:
    app = make_app(url)
    with app.app_context():
        names = app.make_shell_context()
    assert names["services"].settings.app_env == "test"
    assert names["models"].Task.__tablename__ == "tasks"


def test_a_wrong_setting_is_told_in_one_line() -> None:
    done = flask("db", "check", APP_ENV="test", PORT="http")
    assert done.returncode == 1
    [line] = (done.stdout + done.stderr).splitlines()
    assert line.startswith("Error: PORT: 'http'")


def test_its_server_serves_the_application(url: str) -> None:
    port = str(free_port())
    settings = environment(APP_ENV="test", DATABASE_URL=url)
    with subprocess.Popen(
        [*FLASK, "run", "--port", port],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert answer(f"http://127.0.0.1:{port}/livez").json() == {"status": "ok"}
        finally:
            server.terminate()


def answer(url: str) -> httpx.Response:
    """The first answer of a server that is starting."""
    end = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_it_makes_compares_and_drops_the_tables(runner: FlaskCliRunner, url: str) -> None:
    done = runner.invoke(args=["db", "upgrade"])
    assert done.exit_code == 0, done.output
    assert tables(url) == {"users", "tokens", "tasks"}
    assert runner.invoke(args=["db", "check"]).exit_code == 0
    assert runner.invoke(args=["db", "downgrade", "-1"]).exit_code == 0
    assert tables(url) == set()


def test_tables_that_differ_from_the_models_are_told_in_one_line(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["db", "check"])
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "Error: Target database is not up to date."


def test_a_database_that_is_away_is_told_in_one_line(tmp_path: Path) -> None:
    runner = make_app(f"sqlite:///{tmp_path}/none/none.sqlite3").test_cli_runner()
    done = runner.invoke(args=["db", "upgrade"])
    assert done.exit_code == 1
    assert done.output == "Error: the database is away: unable to open database file\n"

"""The commands of `flask`, which finds the application by itself."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import httpx
import pytest
from click.testing import CliRunner, Result
from flask import Flask, cli
from flask.testing import FlaskCliRunner
from pydantic import SecretStr
from sqlalchemy import inspect
from werkzeug.serving import make_server

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.migrate import (
    engine,
)

ROOT = Path(__file__).parents[1]


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    """A database without tables."""
    return new_database()


@pytest.fixture
def runner(make_app: Callable[[Settings], Flask], url: str) -> FlaskCliRunner:
    return make_app(Settings(app_env="test", database_url=SecretStr(url))).test_cli_runner()


def table_names(url: str) -> set[str]:
    return set(inspect(engine(url)).get_table_names()) - {"alembic_version"}


def test_it_makes_compares_and_drops_the_tables(runner: FlaskCliRunner, url: str) -> None:
    done = runner.invoke(args=["db", "upgrade"])
    assert done.exit_code == 0, done.output
    assert table_names(url) >= {"users", "tokens"}
    assert runner.invoke(args=["db", "check"]).exit_code == 0
    assert runner.invoke(args=["db", "downgrade", "base"]).exit_code == 0
    assert table_names(url) == set()


def test_it_undoes_a_number_of_migrations(runner: FlaskCliRunner, url: str) -> None:
    runner.invoke(args=["db", "upgrade", "0001"])
    assert runner.invoke(args=["db", "downgrade", "-1"]).exit_code == 0
    assert table_names(url) == set()


def test_tables_that_differ_from_the_models_are_told_in_one_line(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["db", "check"])
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "Error: Target database is not up to date."


def test_a_database_that_is_away_is_told_in_one_line(
    make_app: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    away = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    runner = make_app(Settings(app_env="test", database_url=away)).test_cli_runner()
    done = runner.invoke(args=["db", "upgrade"])
    assert done.exit_code == 1
    assert done.output == "Error: the database is away: unable to open database file\n"


def test_its_shell_has_what_one_works_with(app: Flask) -> None:
    with app.app_context():
        names = app.make_shell_context()
    assert names["services"].settings.app_env == "test"
    assert names["User"].__tablename__ == "users"


def flask(*arguments: str, **settings: str) -> Result:
    """Run it in the project's folder, without an option that says where the application is."""
    # What it sets itself is forgotten afterwards.
    forgotten = dict.fromkeys(("FLASK_APP", "FLASK_RUN_FROM_CLI"))
    return CliRunner().invoke(cli.cli, arguments, env={**forgotten, "APP_ENV": "test", **settings})


@pytest.fixture
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("_in_project")
def test_it_lists_the_routes() -> None:
    done = flask("routes")
    assert done.exit_code == 0, done.output
    assert "/api/v1/users/me" in done.output


@pytest.mark.usefixtures("_in_project")
def test_a_wrong_setting_is_told_in_one_line() -> None:
    done = flask("db", "check", PORT="http")
    assert done.exit_code == 1
    [line] = done.output.splitlines()
    assert line.startswith("Error: PORT: 'http'")


def test_flask_s_server_serves_the_application(app: Flask) -> None:
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        response = httpx.get(f"http://127.0.0.1:{server.port}/livez", trust_env=False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert response.json() == {"status": "ok"}

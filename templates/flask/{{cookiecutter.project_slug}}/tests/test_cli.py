"""The commands of `flask`, which finds the application by itself."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask, cli

ROOT = Path(__file__).parents[1]


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
    done = flask("routes", PORT="http")
    assert done.exit_code == 1
    [line] = done.output.splitlines()
    assert line.startswith("Error: PORT: 'http'")

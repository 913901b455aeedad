"""`pserve`, `pshell` and their like, which find the application by an INI file."""

from pathlib import Path

import pytest
from pyramid.config import global_registries
from pyramid.paster import bootstrap
from pyramid.scripts import proutes, pshell

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.edge.wsgi import (
    EdgeMiddleware,
)
from {{ cookiecutter.__package_name }}.web.app import create_app

PACKAGE = "{{ cookiecutter.__package_name }}"
PROJECT = "{{ cookiecutter.project_slug }}"
ROOT = Path(__file__).parents[1]
FILES = [str(ROOT / "development.ini"), str(ROOT / "production.ini")]

each_file = pytest.mark.parametrize("file", FILES, ids=["development", "production"])


@each_file
def test_an_ini_file_names_the_application(file: str) -> None:
    with bootstrap(file) as env:
        assert isinstance(env["app"], EdgeMiddleware)
        assert env["request"].services.settings.app_env == "test"


def test_pserve_s_workers_have_the_settings_of_its_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "own.ini"
    file.write_text(f"[app:main]\nuse = egg:{PROJECT}\nsession.secret = red\n", "utf-8")
    monkeypatch.setenv("PYRAMID_INI", str(file))
    create_app(settings)
    assert global_registries.last.settings["session.secret"] == "red"


@each_file
def test_proutes_lists_the_routes(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    proutes.main(["proutes", file])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["me", "/api/v1/users/me", f"{PACKAGE}.accounts.views.me", "GET"] in lines


@each_file
def test_pshell_has_what_one_works_with(file: str) -> None:
    found: dict[str, object] = {}
    command = pshell.PShellCommand(["pshell", file])
    command.run(lambda env, _help: found.update(env))
    assert {"services", "User", "Token", "root"} <= found.keys()


def test_a_wrong_setting_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SystemExit) as ended:
        proutes.main(["proutes", FILES[1]])
    assert str(ended.value).startswith("Error: PORT: 'http'")

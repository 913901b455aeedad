"""`pserve`, `pshell` and their like, which find the application by an INI file."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pyramid.paster import bootstrap
from pyramid.scripts import proutes, pshell, ptweens, pviews
from waiting import await_answer

from {{ cookiecutter.__package_name }}.infrastructure.edge.wsgi import (
    EdgeMiddleware,
)

PACKAGE = "{{ cookiecutter.__package_name }}"
ROOT = Path(__file__).parents[1]
FILES = [str(ROOT / "development.ini"), str(ROOT / "production.ini")]

each_file = pytest.mark.parametrize("file", FILES, ids=["development", "production"])


@each_file
def test_an_ini_file_names_the_application(file: str) -> None:
    with bootstrap(file) as env:
        assert isinstance(env["app"], EdgeMiddleware)
        assert env["request"].services.settings.app_env == "test"


@each_file
def test_proutes_lists_the_routes(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    proutes.main(["proutes", file])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["me", "/api/v1/users/me", f"{PACKAGE}.accounts.views.me", "GET"] in lines


def test_pviews_says_which_views_a_path_has(capsys: pytest.CaptureFixture[str]) -> None:
    pviews.main(["pviews", FILES[1], "/api/v1/users/me"])
    assert f"{PACKAGE}.accounts.views.me" in capsys.readouterr().out


def test_ptweens_lists_the_tweens_from_outside_in(capsys: pytest.CaptureFixture[str]) -> None:
    ptweens.main(["ptweens", FILES[1]])
    lines = capsys.readouterr().out.strip().splitlines()[-4:]
    assert [line.split()[1] for line in lines] == [
        "INGRESS",
        "pyramid.tweens.excview_tween_factory",
        f"{PACKAGE}.infrastructure.api.routing.naming_tween_factory",
        "MAIN",
    ]


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


def test_pserve_serves_with_the_toolbar(tmp_path: Path, database_url: str) -> None:
    settings = {"APP_ENV": "development", "DATABASE_URL": database_url}
    with serving("development.ini", tmp_path, **settings) as client:
        assert "_debug_toolbar" in client.get("/").text
        assert client.get("/_debug_toolbar/").status_code == 200


def test_pserve_serves_in_production_as_serve_does(tmp_path: Path, database_url: str) -> None:
    settings = {"WEB_CONCURRENCY": "1", "DATABASE_URL": database_url}
    with serving("production.ini", tmp_path, **settings) as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/").headers["Server"] == "granian"


@contextmanager
def serving(name: str, folder: Path, **settings: str) -> Iterator[httpx.Client]:
    """A client of what `pserve` serves by an INI file, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (ROOT / name).read_text("utf-8")
    file = folder / name
    file.write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{port}"), "utf-8")
    with (
        subprocess.Popen(
            [Path(sys.executable).with_name("pserve"), file],
            cwd=folder,
            env=os.environ | {"PORT": str(port)} | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            await_answer(client)
            yield client
        finally:
            server.kill()

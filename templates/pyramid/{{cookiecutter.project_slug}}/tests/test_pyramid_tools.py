"""`pserve`, `pshell` and their like, which find the application by an INI file."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from contract.commands import environment
from contract.processes import free_port
from contract.project import PACKAGE, ROOT
from pyramid.paster import bootstrap

Edge = import_module(f"{PACKAGE}.wsgi").EdgeMiddleware
FILES = ["development.ini", "production.ini"]


def run(program: str, *arguments: str, given: str = "", **settings: str) -> str:
    """What one of Pyramid's programs prints, run in the project's folder."""
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=ROOT,
        env=environment(APP_ENV="test", PYTHONWARNINGS="ignore", **settings),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" or given
    return done.stdout


@pytest.mark.parametrize("file", FILES)
def test_an_ini_file_names_the_application(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    with bootstrap(str(ROOT / file)) as env:
        assert isinstance(env["app"], Edge)
        assert env["request"].services.settings.app_env == "test"


@pytest.mark.parametrize("file", FILES)
def test_proutes_lists_the_routes(file: str) -> None:
    lines = run("proutes", file).splitlines()
    assert ["me", "/api/v1/users/me", f"{PACKAGE}.web.accounts.me", "GET"] in map(str.split, lines)


@pytest.mark.parametrize("file", FILES)
def test_pviews_says_which_views_a_path_has(file: str) -> None:
    printed = run("pviews", file, "/api/v1/tasks/1")
    assert f"{PACKAGE}.web.tasks.TaskViews.read" in printed
    assert "required permission = read" in printed


def test_ptweens_lists_the_tweens_from_outside_in() -> None:
    names = [line.split()[1] for line in run("ptweens", "production.ini").strip().splitlines()[-4:]]
    assert names == [
        "INGRESS",
        "pyramid.tweens.excview_tween_factory",
        f"{PACKAGE}.web.routing.naming_tween_factory",
        "MAIN",
    ]


@pytest.mark.parametrize("file", FILES)
def test_pshell_has_what_one_works_with(file: str) -> None:
    code = "print(services.settings.app_env, models.Task.__tablename__, root['api'])\n"
    assert "test tasks" in run("pshell", file, given=code)


def test_a_wrong_setting_is_told_in_one_line() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("proutes"), "production.ini"],
        cwd=ROOT,
        env=environment(APP_ENV="test", PYTHONWARNINGS="ignore", PORT="http"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    [line] = (done.stdout + done.stderr).splitlines()
    assert line.startswith("Error: PORT: 'http'")


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[httpx.Client]:
    """A client of `pserve development.ini`, on a port of its own."""
    port = free_port()
    text = (ROOT / "development.ini").read_text("utf-8")
    file = folder / "development.ini"
    file.write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{port}"), "utf-8")
    command: Sequence[str | Path] = (Path(sys.executable).with_name("pserve"), file)
    url = f"sqlite:///{folder / 'test.sqlite3'}"
    with (
        (folder / "output").open("wb") as output,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment(DATABASE_URL=url, **settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            await_answer(client)
            yield client
        finally:
            server.terminate()
            server.wait(timeout=20)


def await_answer(client: httpx.Client) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            assert client.get("/livez").json() == {"status": "ok"}
            return
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_pserve_serves_with_the_toolbar_in_development(tmp_path: Path) -> None:
    with serving(tmp_path, APP_ENV="development") as client:
        page = client.get("/")
        assert "_debug_toolbar" in page.text
        assert "'self'" in page.headers["Content-Security-Policy"]
        assert client.get("/_debug_toolbar/").status_code == 200
        assert client.get("/livez").json() == {"status": "ok"}


def test_elsewhere_there_is_no_toolbar(tmp_path: Path) -> None:
    with serving(tmp_path, APP_ENV="test") as client:
        assert "_debug_toolbar" not in client.get("/").text
        assert client.get("/_debug_toolbar/").status_code == 404


@pytest.mark.parametrize("app_env", ["test", "production"])
def test_the_toolbar_is_not_even_imported(
    app_env: str, production_settings: dict[str, str]
) -> None:
    code = (
        f"from {PACKAGE}.web.app import main; import sys;"
        "main({}, toolbar='true');"
        "sys.exit('pyramid_debugtoolbar' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env=environment(**{**production_settings, "APP_ENV": app_env}),
        check=True,
    )

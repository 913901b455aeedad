"""The command for development: it reads `.env`, migrates the embedded database, and serves."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from .client import connect, sign_up
from .commands import environment, run_in
from .processes import free_port, kill_group
from .project import COMMAND, PACKAGE, ROOT
from .waiting import eventually


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="development-") as path:
        yield Path(path)


@contextmanager
def developing(folder: Path, **settings: str) -> Iterator[str]:
    """Where the service is served; it is set up by a file only."""
    port = free_port()
    (folder / ".env").write_text(f"PORT={port}\nDATABASE_URL=sqlite:///{folder}/new.sqlite3\n")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            COMMAND,
            cwd=folder,
            env=environment(TMPDIR=str(folder), **settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        finally:
            kill_group(process.pid)
            process.wait()


@pytest.fixture
def code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code, to be changed; it is that which runs, and no coverage is taken of it."""
    copy = folder / "src" / PACKAGE
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / PACKAGE, copy, ignore=leave_out)
    monkeypatch.setenv("PYTHONPATH", str(copy.parent))
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)
    return copy


def is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def describes_itself(client: httpx.Client, description: str) -> bool:
    with suppress(httpx.TransportError):
        response = client.get("/openapi.json")
        return response.is_success and response.json()["info"]["description"] == description
    return False


def test_it_serves_a_database_that_it_has_made(folder: Path) -> None:
    with developing(folder) as url, connect(url) as client:
        eventually(lambda: is_up(client), "it serves", within=30)
        assert sign_up(client)


def test_a_change_of_the_code_is_served_also_after_one_that_was_wrong(
    folder: Path, code: Path
) -> None:
    about = code / "about.py"
    text = about.read_text("utf-8")
    with developing(folder) as url, connect(url) as client:
        eventually(lambda: is_up(client), "it serves", within=30)
        about.write_text(f"{text}DESCRIPTION = 'One'\n", "utf-8")
        eventually(lambda: describes_itself(client, "One"), "it has changed", within=30)
        about.write_text(f"{text}def (\n", "utf-8")
        eventually(lambda: not is_up(client), "it can't serve that", within=30)
        about.write_text(f"{text}DESCRIPTION = 'Two'\n", "utf-8")
        eventually(lambda: describes_itself(client, "Two"), "it has changed again", within=30)


@pytest.mark.parametrize("app_env", ["test", "production"])
def test_elsewhere_the_file_is_not_read(
    folder: Path, app_env: str, production_settings: dict[str, str]
) -> None:
    (folder / ".env").write_text("LOG_LEVEL=LOUD\n")
    done = run_in(folder, "openapi", **{**production_settings, "APP_ENV": app_env})
    assert done.returncode == 0, done.stderr

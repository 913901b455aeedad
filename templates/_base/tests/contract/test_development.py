"""The command for development: it reads `.env`, migrates the embedded database, and serves."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from .client import connect, sign_up
from .commands import environment, run_in
from .processes import free_port, kill_group
from .project import COMMAND
from .waiting import eventually


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="development-") as path:
        yield Path(path)


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    """Where the service is served; it is set up by a file only."""
    port = free_port()
    (folder / ".env").write_text(f"PORT={port}\nDATABASE_URL=sqlite:///{folder}/new.sqlite3\n")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            COMMAND,
            cwd=folder,
            env=environment(TMPDIR=str(folder)),
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


def is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def test_it_serves_a_database_that_it_has_made(url: str) -> None:
    with connect(url) as client:
        eventually(lambda: is_up(client), "it serves", within=30)
        assert sign_up(client)


@pytest.mark.parametrize("app_env", ["test", "production"])
def test_elsewhere_the_file_is_not_read(
    folder: Path, app_env: str, production_settings: dict[str, str]
) -> None:
    (folder / ".env").write_text("LOG_LEVEL=LOUD\n")
    done = run_in(folder, "openapi", **{**production_settings, "APP_ENV": app_env})
    assert done.returncode == 0, done.stderr

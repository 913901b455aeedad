"""`pserve`, which starts the service by an INI file."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from waiting import await_answer


def test_pserve_serves_with_the_toolbar(tmp_path: Path, database_url: str) -> None:
    settings = {"APP_ENV": "development", "DATABASE_URL": database_url}
    with serving("development.ini", tmp_path, **settings) as client:
        assert "_debug_toolbar" in client.get("/").text
        assert client.get("/_debug_toolbar/").status_code == 200


def test_pserve_serves_in_production_as_serve_does(tmp_path: Path, database_url: str) -> None:
    path = {"PYTHONPATH": str(tmp_path)}
    settings = {"WEB_CONCURRENCY": "1", "DATABASE_URL": database_url}
    given = Path("production.ini").read_text("utf-8")
    own, included = tmp_path / "own.ini", tmp_path / "included.py"
    own.write_text(given.replace("[app:main]", "[app:main]\npyramid.includes = included"), "utf-8")
    view = f"config.add_static_view('files', {str(tmp_path)!r})"
    included.write_text(f"def includeme(config):\n    {view}\n", "utf-8")
    with serving(str(own), tmp_path, **path, **settings) as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/").headers["Server"] == "granian"
        # The settings of the file are those of the workers as well.
        assert client.get("/files/own.ini").text == own.read_text("utf-8")


@contextmanager
def serving(name: str, folder: Path, **settings: str) -> Iterator[httpx.Client]:
    """A client of what `pserve` serves by an INI file, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        subprocess.Popen(
            [Path(sys.executable).with_name("pserve"), Path(name).absolute()],
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

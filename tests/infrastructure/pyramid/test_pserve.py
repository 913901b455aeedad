"""`pserve`, which starts the service by an INI file."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
from waiting import free_port, served


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


def serving(name: str, folder: Path, **settings: str) -> AbstractContextManager[httpx.Client]:
    """A client of what `pserve` serves by an INI file, on a port of its own."""
    command = [Path(sys.executable).with_name("pserve"), Path(name).absolute()]
    port = free_port()
    return served(command, port, folder=folder, PORT=str(port), **settings)

"""The pages of a running service show a name and a description of any characters as they are."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.request import urlopen

import pytest

NAME = """{{ 7 * 7 }}</title><script>x='name'</script>&amp; "a" 'b' \\ ${HOME} %s 😀 שלום"""
DESCRIPTION = (
    """</p><script>x="description"</script> {% raw %} {{ name }} &lt; `id` \\N 日本語 שלום"""
)


@pytest.mark.installed
def test_pages_show_free_text_and_run_none_of_it(installed: Path, tmp_path: Path) -> None:
    source = shutil.copytree(installed / "src", tmp_path / "src")
    # It arrives there as it was typed, which other tests show.
    with (source / "task_service" / "about.py").open("a", encoding="utf-8") as about:
        about.write(f"NAME = {NAME!r}\nDESCRIPTION = {DESCRIPTION!r}\n")
    with _serving(source, installed / ".venv", tmp_path) as url:
        home, docs = _Page(f"{url}/"), _Page(f"{url}/docs")
        assert home.texts["title"] == home.texts["h1"] == NAME
        assert DESCRIPTION in home.texts["p"]
        assert NAME in docs.texts["title"]
        assert not any("x=" in script for page in (home, docs) for script in page.scripts)


class _Page(HTMLParser):
    """A page of the service: the text of each kind of element, and the scripts apart."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.scripts: list[str] = []
        self._element = ""
        with urlopen(url, timeout=10) as response:
            self.feed(response.read().decode())

    def handle_starttag(self, tag: str, _: object) -> None:
        self._element = tag

    def handle_endtag(self, _: str) -> None:
        self._element = ""

    def handle_data(self, data: str) -> None:
        if self._element == "script":
            self.scripts.append(data)
        else:
            self.texts[self._element] = self.texts.get(self._element, "") + data


@contextmanager
def _serving(source: Path, environment: Path, folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "PATH": os.environ["PATH"],
        # In place of the project that is installed there.
        "PYTHONPATH": str(source),
        "APP_ENV": "test",
        "DATABASE_URL": f"sqlite:///{folder}/test.sqlite3",
        "HOST": "127.0.0.1",
        "PORT": f"{port}",
        "WEB_CONCURRENCY": "1",
    }
    command = environment / "bin" / "task-service"
    service = subprocess.Popen([command, "serve"], cwd=folder, env=settings, start_new_session=True)
    try:
        _await(port, service)
        yield f"http://127.0.0.1:{port}"
    finally:
        service.terminate()
        service.wait(timeout=60)


def _await(port: int, service: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert service.poll() is None
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError

"""Sanic's server, and the supervisor beside it."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from contract.commands import environment
from contract.processes import free_port, group, kill_group, workers
from contract.project import PACKAGE, ROOT
from contract.service import Service
from contract.waiting import eventually
from websockets.sync.client import connect

server = import_module(f"{PACKAGE}.server")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a short name, for the sockets in it."""
    with TemporaryDirectory(prefix="server-") as path:
        yield Path(path)


class FailingProcess:
    """A worker that is dead, and can be restarted only by the second try."""

    name = "worker"
    exitcode = -9

    def __init__(self) -> None:
        self.tries = 0

    def is_alive(self) -> bool:
        return self.tries == 2

    def restart(self) -> None:
        self.tries += 1
        if self.tries == 1:
            raise OSError("Cannot allocate memory")


def test_a_worker_that_can_not_be_replaced_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "NOTING_SECONDS", 0)
    process = FailingProcess()
    for _ in range(3):
        server._replace_dead(SimpleNamespace(transient_processes=[process]))
    assert process.tries == 2


def test_the_answer_that_opens_a_socket_is_like_any_other(service: Service) -> None:
    with connect(
        f"ws://127.0.0.1:{service.port}/api/v1/events",
        proxy=None,
        additional_headers={"X-Request-ID": "of-the-socket"},
    ) as websocket:
        assert websocket.response
        headers = websocket.response.headers
    assert headers["X-Request-ID"] == "of-the-socket"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Connection"] == "Upgrade"
    [line] = [line for line in service.log() if line["request_id"] == "of-the-socket"]
    assert (line["event"], line["route"], line["status"]) == ("request", "/api/v1/events", 101)


DEVELOPMENT = f"""
from pathlib import Path
from {PACKAGE} import development
from {PACKAGE}.__main__ import main

if __name__ == "__main__":
    development.FOLDER = Path(__file__).parent / "watched"
    main()
"""


def test_in_development_it_starts_anew_when_a_file_changes(folder: Path) -> None:
    # What Python keeps there is no code that changes.
    (folder / "watched" / "__pycache__").mkdir(parents=True)
    script, output = folder / "script.py", folder / "output"
    script.write_text(DEVELOPMENT, "utf-8")
    settings = {"PORT": str(free_port()), "DATABASE_URL": f"sqlite:///{folder}/new.sqlite3"}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, script],
            cwd=ROOT,
            env=environment(TMPDIR=str(folder), **settings),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        eventually(lambda: output.read_text("utf-8").count("Worker ready") == 1, "one", within=30)
        (folder / "watched" / "file").touch()
        eventually(lambda: output.read_text("utf-8").count("Worker ready") == 2, "two", within=30)
        process.terminate()
        assert process.wait(timeout=20) == 0
    finally:
        kill_group(process.pid)
        process.wait()


def test_workers_whose_parent_is_killed_end_too(folder: Path) -> None:
    settings = {"APP_ENV": "test", "DATABASE_URL": f"sqlite:///{folder}/none.sqlite3"}
    service = Service({**settings, "WEB_CONCURRENCY": "2"}, folder)
    parent = service.process
    try:
        service.await_start("/livez")
        eventually(lambda: len(workers(parent.pid)) == 2, "two workers")
        left = set(workers(parent.pid))
        parent.kill()
        eventually(lambda: not left & set(group(parent.pid)), "they have ended", within=15)
    finally:
        kill_group(parent.pid)
        parent.wait()

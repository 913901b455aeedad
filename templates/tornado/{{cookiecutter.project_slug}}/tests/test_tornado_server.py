"""The processes: the one that watches over the others, and the one of development."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from contract.commands import environment
from contract.processes import free_port, group, kill_group
from contract.project import PACKAGE, ROOT
from contract.waiting import eventually


@contextmanager
def running(folder: Path, script: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a script; what it prints goes to a file `output` in the folder."""
    file = folder / "script.py"
    file.write_text(script, "utf-8")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, file],
            cwd=ROOT,
            env=environment(TMPDIR=str(folder), **settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_group(process.pid)
        process.wait()


FAILING = f"""
from {PACKAGE} import server, worker
from {PACKAGE}.web import Settings

def fail(*_arguments, **_options):
    raise ZeroDivisionError("the cause")

worker.run = fail
server.run(Settings(app_env="test", port=0, web_concurrency=2, log_format="json"), reload=False)
"""


def test_workers_that_can_not_start_are_logged_and_tried_again(tmp_path: Path) -> None:
    def events(name: str) -> list[dict[str, str]]:
        lines = (tmp_path / "output").read_text("utf-8").splitlines()
        # What measures coverage may have something to say as well.
        logged = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in logged if line["event"] == name]

    with running(tmp_path, FAILING) as process:
        eventually(lambda: len(events("a worker died")) > 3, "four of them", within=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert "ZeroDivisionError: the cause" in events("a worker failed")[0]["exception"]


SERVING = f"""
from {PACKAGE} import server
from {PACKAGE}.web import Settings

server.run(Settings(app_env="test", web_concurrency=2, log_format="json"), reload=False)
"""
DEVELOPMENT = f"""
from pathlib import Path
from {PACKAGE} import development
from {PACKAGE}.__main__ import main

if __name__ == "__main__":
    development.FOLDER = Path(__file__).parent / "watched"
    main()
"""


def test_in_development_it_starts_anew_when_a_page_changes(tmp_path: Path) -> None:
    # What Python keeps there is no code that changes.
    (tmp_path / "watched" / "__pycache__").mkdir(parents=True)
    with running(tmp_path, DEVELOPMENT, **settings(tmp_path)) as process:
        eventually(lambda: starts(tmp_path) == 1, "it serves", within=30)
        (tmp_path / "watched" / "page.html").touch()
        eventually(lambda: starts(tmp_path) == 2, "it serves again", within=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("script", "count"), [(SERVING, 2), (DEVELOPMENT, 1)], ids=["production", "development"]
)
def test_a_process_whose_parent_is_killed_ends_too(tmp_path: Path, script: str, count: int) -> None:
    with running(tmp_path, script, **settings(tmp_path)) as process:
        eventually(lambda: starts(tmp_path) == count, "it serves", within=30)
        process.kill()
        eventually(lambda: not group(process.pid), "all have ended")


IMPATIENT = f"""
from {PACKAGE} import worker

worker.BODY_SECONDS = 0.5
{SERVING}"""


def test_who_stalls_in_the_middle_of_a_body_is_left(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with running(tmp_path, IMPATIENT, **given) as process:
        eventually(lambda: starts(tmp_path) == 2, "it serves", within=30)
        with socket.create_connection(("127.0.0.1", int(given["PORT"])), timeout=10) as client:
            client.sendall(
                b"POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
            )
            assert client.recv(1000) == b""
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def settings(folder: Path) -> dict[str, str]:
    return {"PORT": str(free_port()), "DATABASE_URL": f"sqlite:///{folder}/new.sqlite3"}


def starts(folder: Path) -> int:
    return (folder / "output").read_text("utf-8").count("serving")

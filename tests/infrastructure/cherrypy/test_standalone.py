"""CherryPy's own server, as `python -m task_service.web.standalone` starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import cherrypy
import httpx
from waiting import await_answer, free_port

AS_JSON = {"Content-Type": "application/json"}
MODULE = "task_service.web.standalone"
STANDALONE = [sys.executable, "-m", MODULE]


@contextmanager
def standalone(url: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The service on CherryPy's own server, and its port."""
    port = free_port()
    settings = {
        "APP_ENV": "test",
        "DATABASE_URL": url,
        "LOG_FORMAT": "json",
        "MAX_BODY_BYTES": "1000",
        "PORT": f"{port}",
    }
    with subprocess.Popen(
        STANDALONE,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process, port
        finally:
            process.kill()


def test_cherrypy_s_own_server_serves_and_drains(database_url: str) -> None:
    with (
        standalone(database_url) as (process, port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        await_answer(client)
        assert client.get("/livez").headers["Server"] == "CherryPy"
        too_long = (b"x" * 100 for _ in range(100))
        assert client.post("/api/v1/users", content=too_long, headers=AS_JSON).status_code == 413
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sending:
            sending.sendall(
                b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                b"Content-Type: application/json\r\n\r\n{"
            )
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            sending.sendall(b"}")
            assert sending.recv(65536).startswith(b"HTTP/1.1 422 ")
        printed, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    lines = [json.loads(line) for line in printed.splitlines()]
    of_the_bus = [line["event"] for line in lines if line["logger"] == "cherrypy.error"]
    assert of_the_bus[0] == "Listening for SIGTERM."
    assert "Bus STARTED" in of_the_bus
    assert "Bus EXITED" in of_the_bus


def test_to_import_cherrypy_s_own_server_mounts_nothing() -> None:
    import_module(MODULE)
    assert cherrypy.tree.apps == {}


def test_cherrypy_s_own_server_says_in_one_line_what_is_wrong_with_a_setting() -> None:
    done = subprocess.run(
        STANDALONE,
        env=os.environ | {"APP_ENV": "test", "PORT": "abc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    [line] = (done.stdout + done.stderr).splitlines()
    assert line.startswith("Error: PORT: 'abc': ")

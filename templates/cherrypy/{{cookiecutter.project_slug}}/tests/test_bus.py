"""CherryPy's bus: it starts and stops what the application needs."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module

import cherrypy
import httpx
import pytest
from cherrypy.process.wspbus import Bus
from conftest import MakeApp
from sqlalchemy import Engine, QueuePool
from waiting import await_answer

from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.web import bus

AS_JSON = {"Content-Type": "application/json"}
MODULE = "{{ cookiecutter.__package_name }}.web.standalone"
STANDALONE = [sys.executable, "-m", MODULE]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One that has been used: a connection to it is kept open."""
    database = Database(database_url)
    with closing(database):
        database.ping()
        assert connections(database.engine) == 1
        yield database


@pytest.mark.parametrize("channel", ["stop", "graceful"])
def test_the_plugin_closes_the_connections_to_the_database(
    database: Database, channel: str
) -> None:
    own_bus = Bus()
    bus.DatabasePlugin(own_bus, database).subscribe()
    own_bus.start()
    assert connections(database.engine) == 1
    own_bus.publish(channel)
    assert connections(database.engine) == 0
    own_bus.exit()


def connections(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedin()


def test_the_application_starts_the_bus_once_and_without_cherrypy_s_own_server(
    make_app: MakeApp,
) -> None:
    make_app()
    started: list[str] = []
    cherrypy.engine.subscribe("start", lambda: started.append("again"))
    make_app()
    assert cherrypy.engine.state == cherrypy.engine.states.STARTED
    assert started == []
    assert not cherrypy.server.running
    assert cherrypy.engine.autoreload.thread is None


@contextmanager
def standalone(url: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The service on CherryPy's own server, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
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

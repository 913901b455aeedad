"""The application under other servers than the command's: Sanic's command line, HTTP/2."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from contract.client import bearer, sign_in, sign_up
from contract.commands import environment
from contract.headers import assert_hygienic
from contract.problems import assert_problem, assert_unauthorized
from contract.processes import free_port, kill_group
from contract.project import PACKAGE, ROOT
from contract.service import Serving
from contract.waiting import eventually
from websockets.sync.client import connect

FACTORY = f"{PACKAGE}.web.app:create_app"
TASKS = "/api/v1/tasks"


@contextmanager
def running(*command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
        process.terminate()
        process.wait(timeout=20)
    finally:
        kill_group(process.pid)
        process.wait()


def is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def database_url(serving: Serving) -> Iterator[str]:
    with serving() as service:
        yield service.settings["DATABASE_URL"]


@pytest.fixture(scope="module")
def h2(database_url: str) -> Iterator[httpx.Client]:
    """A client that speaks HTTP/2 and nothing else, to a server that does."""
    port = free_port()
    options = ["--interface", "asgi", "--http", "2", "--port", str(port)]
    with (
        running(
            *("granian", *options, "--factory", FACTORY), APP_ENV="test", DATABASE_URL=database_url
        ),
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            http1=False,
            http2=True,
            trust_env=False,
            event_hooks={"response": [assert_hygienic]},
        ) as client,
    ):
        eventually(lambda: is_up(client), "it serves", within=30)
        yield client


def test_http_2_is_spoken(h2: httpx.Client) -> None:
    assert h2.get("/livez").http_version == "HTTP/2"


def test_over_http_2_tasks_are_kept_as_over_http_1(h2: httpx.Client) -> None:
    account = sign_up(h2)
    token = sign_in(h2, account.email, account.password)
    created = h2.post(TASKS, json={"title": "x"}, headers=bearer(token))
    assert created.status_code == 201
    location = created.headers["Location"]
    assert h2.get(location, headers=bearer(token)).json() == created.json()
    assert h2.get(f"{TASKS}/export", headers=bearer(token)).json() == created.json()
    assert h2.head(f"{TASKS}/export", headers=bearer(token)).status_code == 200
    assert h2.delete(location, headers=bearer(token)).status_code == 204
    assert_problem(h2.get(location, headers=bearer(token)), 404)


def test_over_http_2_errors_are_problems(h2: httpx.Client) -> None:
    assert_unauthorized(h2.get(TASKS))
    assert_problem(h2.put("/livez"), 405)
    headers = {"Content-Type": "application/json"}
    assert_problem(h2.post("/api/v1/users", content=b"{", headers=headers), 400)
    large = iter([b" " * 600_000] * 2)
    assert_problem(h2.post("/api/v1/users", content=large, headers=headers), 413)


def test_sanic_s_command_serves_the_application(database_url: str) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    options = ["--factory", "--single-process", "--port", str(port)]
    with (
        running(*("sanic", FACTORY, *options), APP_ENV="test", DATABASE_URL=database_url),
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        eventually(lambda: is_up(client), "it serves", within=30)
        assert_unauthorized(client.get(TASKS))
        # It answers before it takes the signal that ends it.
        time.sleep(1)


def test_live_events_are_told_by_an_asgi_server_too(database_url: str) -> None:
    port = free_port()
    options = ["--interface", "asgi", "--port", str(port)]
    with (
        running(
            *("granian", *options, "--factory", FACTORY), APP_ENV="test", DATABASE_URL=database_url
        ),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        eventually(lambda: is_up(client), "it serves", within=30)
        token = sign_up(client).token
        with connect(f"ws://127.0.0.1:{port}/api/v1/events", proxy=None) as websocket:
            websocket.send(json.dumps({"access_token": token}))
            assert websocket.recv(timeout=10) == '{"type":"ready"}'
            client.post(TASKS, json={"title": "x"}, headers=bearer(token))
            message = websocket.recv(timeout=10)
            assert isinstance(message, str)
            assert "task.created" in message


def test_sanic_extensions_are_left_alone_where_they_are_installed(
    serving: Serving, tmp_path: Path
) -> None:
    (tmp_path / "sanic_ext.py").write_text("raise AssertionError('imported')\n", encoding="utf-8")
    with serving(PYTHONPATH=str(tmp_path)) as service, service.client() as client:
        assert client.get("/docs").status_code == 200

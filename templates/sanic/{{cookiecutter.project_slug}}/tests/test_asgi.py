"""The application under an ASGI server that speaks HTTP/2, as README.md has it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from websockets.sync.client import connect

from {{ cookiecutter.__package_name }}.migrations import tables
from {{ cookiecutter.__package_name }}.web.app import create_app

ADA = {"email": "ada@example.com", "password": "correct horse battery"}


@pytest.fixture(scope="module")
def port(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The port of a server that serves the application."""
    url = new_database()
    tables.upgrade(url)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    factory = f"{create_app.__module__}:{create_app.__name__}"
    options = ["--interface", "asgi", "--port", f"{port}", "--factory", factory]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options],
        cwd=tmp_path_factory.mktemp("asgi"),
        env=os.environ | {"APP_ENV": "test", "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield port
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[httpx.Client]:
    """A client that speaks nothing but HTTP/2."""
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", http1=False, http2=True, trust_env=False
    ) as client:
        for _ in range(200):
            try:
                client.get("/livez")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                break
        yield client


def test_http_2_is_spoken(client: httpx.Client) -> None:
    response = client.get("/livez")
    assert (response.http_version, response.status_code) == ("HTTP/2", 200)
    assert response.headers["X-Frame-Options"] == "DENY"


def test_errors_are_problems(client: httpx.Client) -> None:
    as_json = {"Content-Type": "application/json"}
    large = iter([b" " * 600_000] * 2)
    answers = [
        client.get("/api/v1/users/me"),
        client.put("/livez"),
        client.post("/api/v1/users", content=b"{", headers=as_json),
        client.post("/api/v1/users", content=large, headers=as_json),
    ]
    assert [answer.json()["status"] for answer in answers] == [401, 405, 400, 413]


def test_an_account_hears_of_its_events(client: httpx.Client, port: int) -> None:
    assert client.post("/api/v1/users", json=ADA).status_code == 201
    token = client.post("/api/v1/tokens", json=ADA).json()["access_token"]
    with connect(f"ws://127.0.0.1:{port}/api/v1/events", proxy=None) as websocket:
        websocket.send(json.dumps({"access_token": token}))
        assert websocket.recv(timeout=10) == '{"type":"ready"}'

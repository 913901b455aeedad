"""What is particular to FastAPI: the factory, its dependencies, its own ways to fail."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from contract.project import PACKAGE, ROOT
from fastapi import FastAPI, Request, WebSocketDisconnect
from fastapi.testclient import TestClient

web = import_module(f"{PACKAGE}.web.app")
dependencies = import_module(f"{PACKAGE}.web.services")
events = import_module(f"{PACKAGE}.web.events")
config = import_module(f"{PACKAGE}.config")
live = import_module(f"{PACKAGE}.live")
migrate = import_module(f"{PACKAGE}.migrate")

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    migrate.upgrade(url)
    created: FastAPI = web.create_app(
        config.Settings(app_env="test", database_url=url, log_format="json")
    )
    return created


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def test_an_endpoint_that_fails_is_a_problem_without_its_cause_which_is_logged(
    app: FastAPI, client: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/fails")
    async def fail() -> None:
        raise ZeroDivisionError("the cause")

    response = client.get("/fails", headers={"X-Request-ID": "of-the-test"})
    assert response.status_code == 500
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [error] = [line for line in lines if line["level"] == "error"]
    assert error["event"] == "unhandled error"
    assert error["request_id"] == "of-the-test"
    assert "ZeroDivisionError: the cause" in error["exception"]


def test_an_answer_that_fails_half_way_is_broken_off(app: FastAPI, client: TestClient) -> None:
    async def half_an_answer(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]  # an ASGI callable
        raise ZeroDivisionError

    app.mount("/half", half_an_answer)
    with pytest.raises(ZeroDivisionError):
        client.get("/half/")


def test_an_endpoint_that_reads_too_large_a_body_itself_is_cut_off(
    app: FastAPI, client: TestClient
) -> None:
    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    assert client.post("/raw", content=iter([b"x" * 1_000_000] * 2)).status_code == 413


class GoneWebSocket:
    """A WebSocket whose client has gone, which the server has not said yet."""

    async def send_text(self, _text: str) -> None:
        raise WebSocketDisconnect

    async def close(self, _code: int) -> None:
        raise RuntimeError("Cannot call send once a close message has been sent.")


def test_a_client_that_has_gone_is_no_error() -> None:
    async def talk() -> None:
        socket = events.Socket(GoneWebSocket())
        with pytest.raises(live.Left):
            await socket.send("text")
        with pytest.raises(live.Left):
            await socket.close(1001)

    asyncio.run(talk())


def test_a_dependency_can_be_overridden(app: FastAPI, client: TestClient) -> None:
    caller = SimpleNamespace(
        id="01890a5d-ac96-774b-bcce-b302099a8057",
        email="somebody@example.com",
        created_at="2030-01-01T00:00:00Z",
    )
    app.dependency_overrides[dependencies.get_caller] = lambda: caller
    assert client.get("/api/v1/users/me").json() == vars(caller)


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        url = f"sqlite:///{tmp_path / name}.sqlite3"
        migrate.upgrade(url)
        app = web.create_app(config.Settings(app_env="test", database_url=url))
        with TestClient(app) as client:
            assert client.post("/api/v1/users", json=CREDENTIALS).status_code == 201


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    web.create_app(
        config.Settings(app_env="test", database_url=f"sqlite:///{tmp_path}/none/none.sqlite3")
    )
    assert list(tmp_path.iterdir()) == []


def test_without_its_redis_the_service_does_what_it_can(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    migrate.upgrade(url)
    settings = config.Settings(
        # Nobody listens there.
        app_env="test",
        database_url=url,
        redis_url="redis://127.0.0.1:1",
    )
    with TestClient(web.create_app(settings)) as client:
        client.post("/api/v1/users", json=CREDENTIALS)
        wrong = {**CREDENTIALS, "password": "wrong"}
        statuses = [client.post("/api/v1/tokens", json=wrong).status_code for _ in range(11)]
        assert statuses == [401] * 10 + [429]


def test_the_command_line_of_fastapi_finds_the_application() -> None:
    script = "from fastapi_cli.config import FastAPIConfig as c; print(c.resolve().entrypoint)"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    module, _, name = found.stdout.strip().partition(":")
    assert isinstance(getattr(import_module(module), name), FastAPI)

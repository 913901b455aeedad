"""What is particular to FastAPI: the factory, its dependencies, its own ways to fail."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import pytest
from contract.project import PACKAGE, ROOT
from fastapi import FastAPI, Header, HTTPException, Request, WebSocketDisconnect
from fastapi.staticfiles import StaticFiles
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


def test_what_an_endpoint_says_of_its_error_is_told(app: FastAPI, client: TestClient) -> None:
    @app.get("/gone")
    async def gone() -> None:
        raise HTTPException(410, "It was archived.")

    assert client.get("/gone").json()["detail"] == "It was archived."


def test_parameters_of_all_kinds_are_checked_and_documented(
    app: FastAPI, client: TestClient
) -> None:
    @app.get("/numbers/{number}")
    async def get_number(number: int, factor: Annotated[int, Header()]) -> int:
        return number * factor

    assert client.get("/numbers/6", headers={"Factor": "7"}).json() == 42
    refused = client.get("/numbers/x")
    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json()["errors"]] == ["number", "factor"]
    document = client.get("/openapi.json").json()
    documented = document["paths"]["/numbers/{number}"]["get"]["responses"]["422"]
    assert list(documented["content"]) == ["application/problem+json"]


def test_a_mounted_application_answers_for_itself(
    app: FastAPI, client: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a")
    app.mount("/static", StaticFiles(directory=tmp_path))
    assert client.get("/static/a.txt").text == "a"
    refused = client.post("/static/a.txt")
    assert refused.status_code == 405
    assert refused.headers["Content-Type"] == "application/problem+json"


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

"""The application as a whole: its pages, its errors, and what FastAPI's own ways give."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Header, HTTPException, WebSocketDisconnect
from fastapi.testclient import TestClient
from fastapi_cli.config import FastAPIConfig
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy.ext.asyncio import AsyncSession

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.infrastructure.errors import Unavailable
from {{ cookiecutter.__package_name }}.infrastructure.observability import spans
from {{ cookiecutter.__package_name }}.infrastructure.observability.health import (
    Readiness,
)
from {{ cookiecutter.__package_name }}.infrastructure.serving.draining import (
    Draining,
)
from {{ cookiecutter.__package_name }}.web import serving
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}


def test_it_lives_and_is_ready(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "checks": READY})


class AwayDatabase(Database):
    """A database that does not answer."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        raise Unavailable("The database is not available.")
        yield


def test_without_its_database_it_lives_and_is_not_ready(
    app: FastAPI, client: TestClient, settings: Settings
) -> None:
    away = AwayDatabase(settings.database_url.get_secret_value())
    services = app.state.services
    app.state.services = replace(services, database=away, readiness=Readiness(away, Draining()))
    assert client.get("/livez").status_code == 200
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.json()["checks"] == UNREADY
    called = client.get("/api/v1/users/me", headers={"Authorization": "Bearer x"})
    assert called.status_code == 503
    assert called.json()["detail"] == "The database is not available."


def test_requests_are_counted_by_their_route(client: TestClient) -> None:
    client.get("/livez")
    client.get("/nowhere")
    counted = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted


def test_the_pages_are_there(client: TestClient) -> None:
    front = client.get("/")
    assert NAME in front.text
    assert VERSION in front.text
    assert 'id="swagger-ui"' in client.get("/docs").text
    assert client.get("/docs/swagger-ui.css").headers["Content-Type"].startswith("text/css")
    assert client.get("/docs/nonsense.css").status_code == 404


def test_the_document_describes_each_endpoint(app: FastAPI, client: TestClient) -> None:
    @app.get("/numbers/{number}")
    async def get_number(number: int, factor: Annotated[int, Header()]) -> int:
        return number * factor

    assert client.get("/numbers/6", headers={"Factor": "7"}).json() == 42
    refused = client.get("/numbers/x")
    assert [error["parameter"] for error in refused.json()["errors"]] == ["number", "factor"]
    paths = client.get("/openapi.json").json()["paths"]
    assert "/api/v1/users" in paths
    documented = paths["/numbers/{number}"]["get"]["responses"]["422"]
    assert list(documented["content"]) == ["application/problem+json"]


def test_a_router_without_our_kind_of_route_is_right_too(app: FastAPI, client: TestClient) -> None:
    router = APIRouter()

    @router.post("/sums")
    async def add(numbers: list[int]) -> int:
        return sum(numbers)

    app.include_router(router)
    assert client.post("/sums", json=[1, 2]).json() == 3
    headers = {"Content-Type": "application/json"}
    refused = client.post("/sums", content=b"[", headers=headers)
    assert (refused.status_code, refused.json()["status"]) == (400, 400)


def test_the_document_is_printed_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    assert json.loads(openapi_document())["info"]["title"] == NAME


def test_an_unknown_path_and_method_are_problems(client: TestClient) -> None:
    assert client.get("/nowhere").json()["status"] == 404
    refused = client.put("/api/v1/tokens/current")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "DELETE")


def test_what_an_endpoint_says_of_its_error_is_told(app: FastAPI, client: TestClient) -> None:
    @app.get("/old/{status}")
    async def find(status: int) -> None:
        raise HTTPException(status, {"archived": True})

    gone = client.get("/old/410")
    assert (gone.status_code, gone.json()["detail"]) == (410, {"archived": True})
    # One that is in no standard, and one that has no body.
    assert client.get("/old/499").json()["status"] == 499
    assert client.get("/old/304").content == b""


def test_an_endpoint_that_fails_is_a_problem_without_its_cause_which_is_logged(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/fails")
    async def fail() -> None:
        raise ZeroDivisionError("the cause")

    client = TestClient(serving.telling(app, started=lambda: None))
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
    [error] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert (error.msg, vars(error)["path"]) == ("unhandled error", "/fails")
    assert vars(error)["request_id"] == "of-the-test"
    assert "ZeroDivisionError: the cause" in caplog.text


def test_a_socket_without_a_good_token_is_closed(client: TestClient) -> None:
    with client.websocket_connect("/api/v1/events") as socket:
        socket.send_json({"access_token": "nonsense"})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4401


def test_a_client_may_leave(client: TestClient, account: dict[str, str]) -> None:
    token = account["Authorization"].removeprefix("Bearer ")
    with client.websocket_connect("/api/v1/events") as socket:
        socket.send_json({"access_token": token})
        assert socket.receive_json() == {"type": "ready"}


def test_plain_http_is_told_what_is_there(client: TestClient) -> None:
    response = client.get("/api/v1/events")
    assert (response.status_code, response.headers["Upgrade"]) == (426, "websocket")
    assert response.json()["status"] == 426


def test_requests_are_traced_where_a_collector_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "provider", lambda _settings: provider)
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:1"})
    with TestClient(create_app(traced)) as client:
        client.get("/api/v1/users/me", headers={"Authorization": "Bearer nonsense"})
    assert exporter.get_finished_spans()[-1].name == "GET /api/v1/users/me"


def test_the_command_line_of_fastapi_finds_the_application(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    entrypoint = FastAPIConfig.resolve().entrypoint
    assert entrypoint
    module, _, name = entrypoint.partition(":")
    assert isinstance(getattr(import_module(module), name), FastAPI)

"""The application as a whole: its pages, its errors, and what FastAPI's own ways give."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Annotated

import pytest
from collector import Collector
from fastapi import (
    APIRouter,
    FastAPI,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    WebSocketDisconnect,
)
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from fastapi_cli.config import FastAPIConfig
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.middleware.errors import ServerErrorMiddleware

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api.bodies import (
    JsonRoute,
)
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.infrastructure.errors import Unavailable
from {{ cookiecutter.__package_name }}.infrastructure.events import (
    conversation,
)
from {{ cookiecutter.__package_name }}.infrastructure.observability.health import (
    Readiness,
)
from {{ cookiecutter.__package_name }}.infrastructure.serving.draining import (
    Draining,
)
from {{ cookiecutter.__package_name }}.web import events, serving
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


class Item(BaseModel):
    """What a shop sells."""

    name: str
    price: Decimal


def test_an_endpoint_takes_a_body_as_fastapi_s_tutorial_has_it(
    app: FastAPI, client: TestClient
) -> None:
    @app.post("/items/")
    async def create_item(item: Item) -> Item:
        return item

    @app.patch("/items/{item_id}")
    async def touch_item(item_id: int) -> int:
        return item_id

    item = {"name": "Hat", "price": "9.50"}
    assert client.post("/items/", json=item).json() == item
    assert client.post("/items/", json={}).status_code == 422
    headers = {"Content-Type": "application/json"}
    assert client.post("/items/", content=b"{", headers=headers).status_code == 400
    paths = client.get("/openapi.json").json()["paths"]
    created = paths["/items/"]["post"]
    assert list(created["requestBody"]["content"]) == ["application/json"]
    assert list(created["responses"]["422"]["content"]) == ["application/problem+json"]
    assert "requestBody" not in paths["/items/{item_id}"]["patch"]


class Page(BaseModel):
    """Which part of a list is asked for."""

    size: int = Field(50, alias="page-size")
    tag: list[str] = []


def test_a_query_given_twice_is_refused_where_one_value_is_declared(
    app: FastAPI, client: TestClient
) -> None:
    router = APIRouter(route_class=JsonRoute)

    @router.get("/search")
    async def search(request: Request, page: Annotated[Page, Query()]) -> str:
        return f"{request.query_params.get('q', '').strip()} {page.tag}"

    app.include_router(router, prefix="/shop")
    assert client.get("/shop/search?q=1&q=2&tag=a&tag=b").json() == "2 ['a', 'b']"
    refused = client.get("/shop/search?page-size=1&page-size=2").json()
    assert [error["parameter"] for error in refused["errors"]] == ["page-size"]


def test_the_document_is_printed_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    assert json.loads(openapi_document())["info"]["title"] == NAME


def test_an_unknown_path_and_method_are_problems(client: TestClient) -> None:
    assert client.get("/nowhere").json()["status"] == 404
    refused = client.put("/api/v1/tokens/current")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "DELETE")


def test_what_an_endpoint_says_of_its_error_is_told(app: FastAPI, client: TestClient) -> None:
    @app.get("/gone")
    async def gone() -> None:
        raise HTTPException(410, "It was archived.")

    assert client.get("/gone").json()["detail"] == "It was archived."


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


def test_who_is_around_the_application_hears_of_what_nobody_foresaw(
    app: FastAPI, client: TestClient
) -> None:
    @app.get("/fails")
    async def fail() -> None:
        raise ZeroDivisionError("the cause")

    with pytest.raises(ZeroDivisionError, match="the cause"):
        client.get("/fails")


def test_an_error_handler_may_be_there_for_all_that_nobody_foresaw(app: FastAPI) -> None:
    told = []

    @app.exception_handler(Exception)
    async def tell(_request: Request, error: Exception) -> Response:
        told.append(error)
        return Response("Sorry.", 500)

    @app.get("/fails")
    async def fail() -> None:
        raise ZeroDivisionError

    response = TestClient(app, raise_server_exceptions=False).get("/fails")
    assert (response.status_code, response.text) == (500, "Sorry.")
    assert "X-Request-ID" in response.headers
    assert [type(error) for error in told] == [ZeroDivisionError]


def test_what_is_around_fastapi_s_own_middleware_may_be_instrumented(app: FastAPI) -> None:
    # OpenTelemetry's instrumentation leaves an application alone that begins otherwise.
    assert isinstance(app.build_middleware_stack(), ServerErrorMiddleware)


def test_a_mounted_application_answers_for_itself(
    app: FastAPI, client: TestClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("static")
    (folder / "a.txt").write_text("a")
    app.mount("/static", StaticFiles(directory=folder))
    assert client.get("/static/a.txt").text == "a"
    refused = client.post("/static/a.txt")
    assert refused.status_code == 405
    assert refused.headers["Content-Type"] == "application/problem+json"


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


def test_a_client_that_says_what_can_not_be_read_hears_why(client: TestClient) -> None:
    with client.websocket_connect("/api/v1/events") as socket:
        # So does granian tell of it.
        socket.close(code=1005)
        assert socket.receive()["code"] == 1007


def test_plain_http_is_told_what_is_there(client: TestClient) -> None:
    response = client.get("/api/v1/events")
    assert (response.status_code, response.headers["Upgrade"]) == (426, "websocket")
    assert response.json()["status"] == 426


class GoneWebSocket:
    """A WebSocket whose client has gone, which the server has not said yet."""

    async def send_text(self, _text: str) -> None:
        raise WebSocketDisconnect

    async def close(self, _code: int) -> None:
        raise RuntimeError("Cannot call send once a close message has been sent.")


def test_a_client_that_has_gone_is_no_error() -> None:
    async def talk() -> None:
        socket = events.Socket(GoneWebSocket())  # type: ignore[arg-type]  # all that it needs
        with pytest.raises(conversation.Left):
            await socket.send("text")
        with pytest.raises(conversation.Left):
            await socket.close(1001)

    asyncio.run(talk())


def test_two_applications_in_one_process_share_nothing(settings: Settings) -> None:
    other = settings.model_copy(update={"max_body_bytes": 10})
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    statuses = []
    for app in (create_app(settings), create_app(other)):
        with TestClient(app) as client:
            statuses.append(client.post("/api/v1/users", json=body).status_code)
    assert statuses == [201, 413]


@pytest.mark.parametrize("content", [b"", b"{", b"NaN"])
def test_json_that_an_endpoint_reads_itself_raises_as_starlettes_does(
    settings: Settings, content: bytes
) -> None:
    app = create_app(settings)
    router = APIRouter(route_class=JsonRoute)

    @router.post("/read")
    async def read(request: Request) -> str:
        with pytest.raises(json.JSONDecodeError):
            await request.json()
        return "raised"

    app.include_router(router)
    assert TestClient(app).post("/read", content=content).json() == "raised"


def test_requests_are_traced_where_a_collector_is_named(
    settings: Settings, collector: Collector
) -> None:
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": collector.url})
    with TestClient(create_app(traced)) as client:
        client.get("/api/v1/users/me", headers={"Authorization": "Bearer nonsense"})
    assert b"GET /api/v1/users/me" in b"".join(collector.received)


def test_the_command_line_of_fastapi_finds_the_application(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    entrypoint = FastAPIConfig.resolve().entrypoint
    assert entrypoint
    module, _, name = entrypoint.partition(":")
    assert isinstance(getattr(import_module(module), name), FastAPI)

"""What FastAPI's tutorial shows works here as it does there."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Depends,
    FastAPI,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    WebSocket,
)
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from starlette.middleware.errors import ServerErrorMiddleware

from task_service.config import Settings
from task_service.infrastructure.api.bodies import (
    JsonRoute,
)
from task_service.web.app import create_app

JSON = {"Content-Type": "application/json"}


class Item(BaseModel):
    """What a shop sells."""

    name: str
    price: float = 1


def test_an_endpoint_of_a_plain_router_is_right(app: FastAPI, client: TestClient) -> None:
    router = APIRouter()

    @router.post("/items")
    async def create_item(item: Item) -> Item:
        return item

    app.include_router(router, prefix="/shop")
    assert client.post("/shop/items", json={"name": "Hat"}).json() == {"name": "Hat", "price": 1}
    assert client.post("/shop/items", content=b"{", headers=JSON).status_code == 400
    assert client.post("/shop/items", json={}).json()["errors"][0]["pointer"] == "/name"
    assert client.get("/shop/items").headers["Allow"] == "POST"
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/shop/items"]["post"]["responses"]
    assert set(responses) == {"200", "default"}
    assert list(responses["default"]["content"]) == ["application/problem+json"]
    assert 'route="/shop/items",status="422"' in client.get("/metrics").text


@pytest.mark.parametrize(
    ("path", "content", "kind", "status"),
    [
        ("/any", b"[1]", "application/json", 200),
        ("/any", b"[", "application/json", 400),
        ("/any", b"", "application/json", 400),
        ("/any", b"[1]", "text/plain", 415),
        ("/optional", b"", "", 200),
        ("/optional", b"{", "application/json", 400),
        ("/bytes", b"{", "application/octet-stream", 200),
    ],
)
def test_whatever_a_body_is_declared_as_what_is_no_json_is_refused(
    app: FastAPI, client: TestClient, path: str, content: bytes, kind: str, status: int
) -> None:
    router = APIRouter(route_class=JsonRoute)

    @router.post("/any")
    async def take_any(value: Annotated[Any, Body()]) -> Any:
        return value

    @router.post("/bytes")
    async def take_bytes(
        value: Annotated[bytes, Body(media_type="application/octet-stream")],
    ) -> int:
        return len(value)

    @router.post("/optional")
    async def take_none(item: Item | None = None) -> Any:
        return item

    app.include_router(router)
    response = client.post(path, content=content, headers={"Content-Type": kind})
    assert response.status_code == status


def test_another_application_may_mount_this_one(app: FastAPI, account: dict[str, str]) -> None:
    outer = FastAPI()
    outer.mount("/shop", app)
    with TestClient(outer, headers=account) as client:
        assert client.get("/shop/api/v1/users/me").status_code == 200
        assert client.get("/shop/nowhere").json()["instance"] == "/shop/nowhere"
        assert client.get("/shop/openapi.json").json()["servers"] == [{"url": "/shop"}]


def test_this_one_may_mount_another_application(app: FastAPI, client: TestClient) -> None:
    admin = FastAPI()
    users = APIRouter(prefix="/users")

    @users.get("")
    async def see_users(request: Request) -> HTMLResponse:
        return HTMLResponse(str(request.url_for("see_users")))

    admin.include_router(users)
    app.mount("/admin", admin)
    page = client.get("/admin/users")
    assert page.text == "http://testserver/admin/users"
    # It knows best what its pages load.
    assert page.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert client.get("/admin/nowhere").json() == {"detail": "Not Found"}
    assert client.get("/admin/openapi.json").json()["servers"] == [{"url": "/admin"}]
    assert 'route="/admin/users",status="200"' in client.get("/metrics").text


def test_middleware_of_one_s_own_answers_browsers(app: FastAPI) -> None:
    app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_methods=["PUT"])
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}
    allowed = TestClient(app).options("/api/v1/users/me", headers=asked)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_what_a_dependency_opens_is_closed_and_more_is_done_after_the_answer(
    app: FastAPI, client: TestClient
) -> None:
    happened = []

    async def opened() -> AsyncIterator[str]:
        happened.append("opened")
        try:
            yield "it"
        finally:
            happened.append("closed")

    @app.get("/works")
    async def work(name: Annotated[str, Depends(opened)], after: BackgroundTasks) -> str:
        after.add_task(happened.append, "done")
        return name

    @app.get("/fails")
    async def fail(_name: Annotated[str, Depends(opened)]) -> None:
        raise HTTPException(410)

    assert client.get("/works").json() == "it"
    assert sorted(happened) == ["closed", "done", "opened"]
    assert client.get("/fails").status_code == 410
    assert happened[-2:] == ["opened", "closed"]


def test_a_socket_of_one_s_own_is_served(app: FastAPI, client: TestClient) -> None:
    @app.websocket("/echo/{number}")
    async def echo(websocket: WebSocket, number: int) -> None:
        await websocket.accept()
        await websocket.send_text(f"{number} {await websocket.receive_text()}")

    with client.websocket_connect("/echo/3") as socket:
        socket.send_text("x")
        assert socket.receive_text() == "3 x"


def test_an_endpoint_takes_a_body_as_fastapi_s_tutorial_has_it(
    app: FastAPI, client: TestClient
) -> None:
    @app.post("/items/")
    async def create_item(item: Item) -> Item:
        return item

    @app.patch("/items/{item_id}")
    async def touch_item(item_id: int) -> int:
        return item_id

    item = {"name": "Hat", "price": 9.5}
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


def test_files_are_served_and_counted(app: FastAPI, client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    app.mount("/static", StaticFiles(directory=tmp_path))
    assert client.get("/static/a.txt").text == "a"
    assert 'route="/static",status="200"' in client.get("/metrics").text
    refused = client.post("/static/a.txt")
    assert refused.status_code == 405
    assert refused.headers["Content-Type"] == "application/problem+json"


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


def test_a_router_may_be_included_twice(app: FastAPI, client: TestClient) -> None:
    router = APIRouter()

    @router.get("/{name}")
    async def greet(name: str) -> str:
        return name

    for prefix in ("/latest", "/v1"):
        app.include_router(router, prefix=prefix)
    assert [client.get(f"/{each}/ada").json() for each in ("latest", "v1")] == ["ada", "ada"]
    assert client.put("/v1/ada").headers["Allow"] == "GET, HEAD"
    counted = client.get("/metrics").text
    assert 'route="/latest/{name}",status="200"} 1.0' in counted
    assert 'route="/v1/{name}",status="200"} 1.0' in counted
    paths = client.get("/openapi.json").json()["paths"]
    ids = [paths[f"/{each}/{{name}}"]["get"]["operationId"] for each in ("latest", "v1")]
    assert ids == ["greet", "greet_v1__name__get"]


def test_a_header_may_come_several_times(app: FastAPI, client: TestClient) -> None:
    @app.get("/items")
    async def read_items(x_token: Annotated[list[str], Header()]) -> list[str]:
        return x_token

    headers = [("X-Token", "foo"), ("X-Token", "bar")]
    assert client.get("/items", headers=headers).json() == ["foo", "bar"]

"""What FastAPI's tutorial shows works here as it does there."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Depends,
    FastAPI,
    HTTPException,
    Request,
    WebSocket,
)
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel

from {{ cookiecutter.__package_name }}.infrastructure.api.bodies import (
    JsonRoute,
)

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
    ],
)
def test_whatever_a_body_is_declared_as_what_is_no_json_is_refused(
    app: FastAPI, client: TestClient, path: str, content: bytes, kind: str, status: int
) -> None:
    router = APIRouter(route_class=JsonRoute)

    @router.post("/any")
    async def take_any(value: Annotated[Any, Body()]) -> Any:
        return value

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

    @admin.get("/users")
    async def see_users(request: Request) -> HTMLResponse:
        return HTMLResponse(str(request.url_for("see_users")))

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

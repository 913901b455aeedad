"""The application under an ASGI server."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from task_service.config import Settings
from task_service.services import App
from task_service.web.app import create_app

from .asgi import asgi_client

ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def test_it_answers_as_under_sanic_s_own_server(app: App) -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(2):
            yield b" " * 600_000

    async def ask() -> None:
        async with asgi_client(app) as client:
            assert (await client.post("/api/v1/users", json=ADA)).status_code == 201
            token = (await client.post("/api/v1/tokens", json=ADA)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            me = await client.get("/api/v1/users/me", headers=headers)
            assert me.json()["email"] == ADA["email"]
            assert me.headers["X-Frame-Options"] == "DENY"
            as_json = {"Content-Type": "application/json"}
            refused = [
                await client.get("/api/v1/users/me"),
                await client.put("/livez"),
                await client.post("/api/v1/users", content=b"{", headers=as_json),
                await client.post("/api/v1/users", content=large(), headers=as_json),
            ]
            assert [answer.json()["status"] for answer in refused] == [401, 405, 400, 413]

    asyncio.run(ask())


def test_a_request_over_http_2_names_no_host(app: App) -> None:
    scope = {"type": "http", "http_version": "2", "method": "GET", "raw_path": b"/livez"}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        async with asgi_client(app):
            await app({**scope, "query_string": b"", "headers": []}, receive, send)

    asyncio.run(ask())
    assert sent[0]["status"] == 200


def test_a_body_that_stalls_is_given_up(settings: Settings) -> None:
    app = create_app(settings=settings.model_copy(update={"body_timeout_seconds": 0.01}))

    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(10)
        raise AssertionError

    async def ask() -> None:
        async with asgi_client(app) as client:
            as_json = {"Content-Type": "application/json"}
            refused = await client.post("/api/v1/users", content=stalled(), headers=as_json)
            assert refused.status_code == 408

    asyncio.run(ask())


def test_it_tells_of_live_events_too(app: App) -> None:
    headers = [(b"host", b"localhost")]
    scope = {"type": "websocket", "raw_path": b"/api/v1/events", "headers": headers}
    received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def talk() -> None:
        async with asgi_client(app) as client:
            await client.post("/api/v1/users", json=ADA)
            token = (await client.post("/api/v1/tokens", json=ADA)).json()["access_token"]
            said = json.dumps({"access_token": token})
            received.put_nowait({"type": "websocket.connect"})
            received.put_nowait({"type": "websocket.receive", "text": said})
            socket = asyncio.create_task(app(scope | {"query_string": b""}, received.get, sent.put))
            assert (await sent.get())["type"] == "websocket.accept"
            assert await sent.get() == {"type": "websocket.send", "text": '{"type":"ready"}'}
            received.put_nowait({"type": "websocket.disconnect"})
            await socket

    asyncio.run(talk())

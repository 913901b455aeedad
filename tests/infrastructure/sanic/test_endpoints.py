"""Endpoints: what is done around their handlers."""

import asyncio

from client import Client
from pydantic import BaseModel
from sanic.response import HTTPResponse

from task_service.infrastructure.api.endpoints import (
    endpoint,
)
from task_service.services import App, Request


class Plant(BaseModel):
    """What grows."""

    name: str


def test_the_document_says_what_an_answer_may_be_in_an_order_that_stays(
    app: App, runner: asyncio.Runner
) -> None:
    @app.route("/plants/<name:str>", methods=["PUT", "GET"])
    @endpoint()
    async def find(_request: Request, name: str) -> HTTPResponse | Plant:
        return Plant(name=name)

    with Client(app, runner) as client:
        assert client.get("/plants/rose")[1].json == {"name": "rose"}
        paths = client.get("/openapi.json")[1].json["paths"]
    found = paths["/plants/{name}"]
    assert [*paths, *found] == [*sorted(paths), "get", "put"]
    assert [each["operationId"] for each in found.values()] == ["find", "find_plants__name__put"]
    answer = found["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Plant"}


def test_what_a_client_changes_is_done_also_where_it_does_not_wait_for_the_answer(
    app: App, runner: asyncio.Runner
) -> None:
    begun, left, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @app.post("/plants")
    @endpoint()
    async def plant(_request: Request) -> None:
        begun.set()
        await left.wait()
        done.set()

    async def leave(client: Client) -> None:
        _, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"POST /plants HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(10):
            await begun.wait()
            writer.transport.abort()
            await asyncio.sleep(0.05)
            left.set()
            await done.wait()

    with Client(app, runner) as client:
        runner.run(leave(client))

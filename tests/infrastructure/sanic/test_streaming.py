"""Answers that are sent as they are made."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from client import Client

from task_service.infrastructure.api.streaming import (
    streamed,
)
from task_service.services import App, Request

from .asgi import asgi_client

MEBIBYTE = 1024 * 1024


def test_a_body_is_answered_while_it_is_read(app: App, runner: asyncio.Runner) -> None:
    @app.post("/echo", stream=True)
    async def echo(request: Request) -> None:
        response = await request.respond(content_type="text/plain")
        # Sanic's types don't know that it can be iterated over.
        body: Any = request.stream
        async for piece in body:
            await response.send(piece.upper())
        await response.eof()

    with Client(app, runner) as client:
        _, response = client.post("/echo", content=b"echo")
    assert response.text == "ECHO"


PARTS = 20


@pytest.mark.parametrize("path", ["/half", "/plain"])
def test_an_answer_that_fails_half_way_is_broken_off_and_logged_once_as_a_request(
    app: App, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.INFO)

    @app.get("/half")
    async def half(request: Request) -> None:
        async with streamed(request, content_type="text/plain") as send:
            await send(b"half an answer")
            raise ZeroDivisionError

    @app.get("/plain")
    async def plain(request: Request) -> None:
        response = await request.respond(content_type="text/plain")
        await response.send(b"half an answer")
        raise ZeroDivisionError

    with Client(app, runner) as client:
        _, response = client.get(path, allow_none=True)
    assert response is None
    [line] = [vars(each) for each in caplog.records if each.msg == "request"]
    assert (line["route"], line["status"]) == (path, 200)


@pytest.fixture
def sent(app: App) -> list[int]:
    """How many parts of the answer of `/large` have been sent so far."""
    sent = [0]

    @app.get("/large")
    async def large(request: Request) -> None:
        async with streamed(request, content_type="text/plain") as send:
            for _ in range(PARTS):
                await send(b"x" * MEBIBYTE)
                sent[0] += 1

    return sent


@pytest.fixture
def slow(sent: list[int], client: Client, runner: asyncio.Runner) -> Iterator[socket.socket]:
    """A connection on which that answer has begun, and comes as far as it is read."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect((client.host, client.port))
        connection.setblocking(False)
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert runner.run(read(connection, 8)) == b"HTTP/1.1"
        yield connection


async def read(connection: socket.socket, length: int) -> bytes:
    return await asyncio.get_running_loop().sock_recv(connection, length)


async def read_rest(connection: socket.socket) -> bytes:
    received = bytearray()
    while data := await read(connection, MEBIBYTE):
        received += data
    return bytes(received)


def test_what_a_client_does_not_read_is_not_made(
    slow: socket.socket, sent: list[int], runner: asyncio.Runner
) -> None:
    runner.run(asyncio.sleep(0.2))
    assert sent[0] < PARTS / 2


def test_an_answer_is_sent_to_its_end_while_the_service_stops(
    app: App, slow: socket.socket, sent: list[int], runner: asyncio.Runner
) -> None:
    app.ctx.edge.draining.begun = True
    received = runner.run(read_rest(slow))
    assert sent == [PARTS]
    assert received.endswith(b"\r\n0\r\n\r\n")


def test_its_head_is_answered_and_the_connection_goes_on(sent: list[int], client: Client) -> None:
    for _ in range(2):
        _, response = client.head("/large")
        assert (response.status, response.content) == (200, b"")
        assert response.headers["Content-Type"] == "text/plain"
    assert client.get("/livez")[1].status == 200


def test_an_asgi_server_streams_it_too(app: App, sent: list[int], runner: asyncio.Runner) -> None:
    async def ask() -> None:
        async with asgi_client(app) as client:
            whole = await client.get("/large")
            assert len(whole.content) == PARTS * MEBIBYTE

    runner.run(ask())

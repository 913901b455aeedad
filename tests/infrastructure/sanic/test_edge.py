"""What clients do that no well-behaved one does, and what a handler can't see of it."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator

import pytest
from client import Client
from sanic import HTTPResponse, html

from task_service.services import App, Request


async def ask(client: Client, *request: bytes) -> bytes:
    """The answer to a request, sent as it is and part by part, until the connection is closed."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    for part in request:
        writer.write(part)
        await asyncio.sleep(0.01)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


UNUSUAL = {
    "a URL without a path": (b"GET http://localhost HTTP/1.1\r\nHost: localhost", 200),
    "a URL with a query only": (b"GET http://localhost?a=b HTTP/1.1\r\nHost: localhost", 200),
    "a URL of no host": (b"GET http://user@localhost/ HTTP/1.1\r\nHost: localhost", 400),
    "a URL of another host": (b"GET http://localhost/ HTTP/1.1\r\nHost: a, b", 200),
    "a URL and two hosts": (b"GET http://localhost/ HTTP/1.1\r\nHost: a\r\nHost: b", 400),
    "a URL": (b"GET http://localhost/none?a HTTP/1.1\r\nHost: localhost", 404),
    "no host": (b"GET /livez HTTP/1.1\r\nAccept: */*", 400),
    "two hosts": (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400),
    "a name with a space": (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nAccept : */*", 400),
    "two slashes": (b"GET // HTTP/1.1\r\nHost: localhost", 404),
    "a socket of no version": (
        b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket",
        426,
    ),
    "no host in HTTP/1.0": (b"GET /livez HTTP/1.0\r\nAccept: */*", 200),
    "a socket by HEAD": (
        b"HEAD /api/v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        405,
    ),
}


@pytest.mark.parametrize(("head", "status"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_only_unusual_clients_send_is_answered_as_http_says(
    client: Client, runner: asyncio.Runner, head: bytes, status: int
) -> None:
    answer = runner.run(ask(client, head + b"\r\nConnection: close\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"x-request-id: " in answer


def test_what_is_said_beside_the_chunks_of_a_body_is_passed_over(
    client: Client, runner: asyncio.Runner
) -> None:
    account = b'{"email": "ada@example.com", "password": "correct horse battery"}'
    head = (
        b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    body = b'%x;a="b"\r\n%b\r\n0;c\r\nX-A: b\r\n\r\n' % (len(account), account)
    last = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = runner.run(ask(client, head, body[:1], body[1:] + last))
    assert re.findall(rb"HTTP/1.1 (\d+) ", answer) == [b"100", b"201", b"200"]


@pytest.mark.parametrize(
    "body",
    [b"0x1\r\n1\r\n0\r\n\r\n", b"0\r\nX-A : b\r\n\r\n", b"1;" + b"a" * 40_000],
    ids=["a size that is none", "a field that is none", "a size without an end"],
)
def test_where_nobody_knows_what_a_body_is_the_connection_is_closed(
    client: Client, runner: asyncio.Runner, body: bytes
) -> None:
    head = (
        b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    answer = runner.run(ask(client, head + body))
    assert re.findall(rb"HTTP/1.1 (\d+) ", answer) == [b"400"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_body_that_says_it_is_too_large_is_refused_wherever_it_is_sent(
    client: Client, method: str
) -> None:
    _, response = client.request("/livez", http_method=method, content=b"x" * 3_000_000)
    assert response.status == 413


def test_a_handler_that_does_not_read_its_body_as_a_stream_has_the_limit_too(
    app: App, runner: asyncio.Runner
) -> None:
    @app.post("/raw")
    async def raw(request: Request) -> HTTPResponse:
        return HTTPResponse(str(len(request.body)))

    async def body() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 500_000

    with Client(app, runner) as client:
        _, response = client.post("/raw", content=b"x" * 1000)
        assert response.text == "1000"
        _, refused = client.post("/raw", content=body())
    assert refused.status == 413
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_page_loads_what_it_likes_and_is_in_no_frame(app: App, runner: asyncio.Runner) -> None:
    @app.get("/page")
    async def page(_request: Request) -> HTTPResponse:
        return html("<script src=/static/a.js></script>")

    with Client(app, runner) as client:
        _, response = client.get("/page")
    assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_a_socket_that_is_opened_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.websocket("/api/v1/events")
    [line] = [vars(each) for each in caplog.records if each.msg == "request"]
    assert (line["route"], line["status"]) == ("/api/v1/events", 101)


def test_a_text_that_is_none_ends_a_socket_and_is_told_why(
    client: Client, runner: asyncio.Runner
) -> None:
    async def say(text: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(
            b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        async with asyncio.timeout(10):
            await reader.readuntil(b"\r\n\r\n")
            # With a mask of zeros.
            writer.write(b"\x81%c\0\0\0\0%b" % (0x80 | len(text), text))
            frame = await reader.readexactly(4)
        writer.close()
        return frame

    # A frame that closes, with the code of a text that is none: 1007.
    frame = runner.run(say(b"\xff"))
    assert (frame[0], int.from_bytes(frame[2:])) == (0x88, 1007)

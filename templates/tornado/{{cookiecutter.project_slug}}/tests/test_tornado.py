"""What is particular to Tornado: the application, its own ways to fail, refused bodies."""

import asyncio
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from contract.project import PACKAGE
from in_process import Settings, make_app, serving, web
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from tornado.httpclient import HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.simple_httpclient import HTTPStreamClosedError
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, websocket_connect

BaseHandler = import_module(f"{PACKAGE}.web.handlers").BaseHandler
bodies = import_module(f"{PACKAGE}.web.bodies")
dashboard = import_module(f"{PACKAGE}.web.dashboard")
events = import_module(f"{PACKAGE}.web.events")
live = import_module(f"{PACKAGE}.live")
tracing = import_module(f"{PACKAGE}.tracing")

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}


async def fail(_handler: RequestHandler) -> None:
    raise ZeroDivisionError("the cause")


def add_handler(app: Any, get: Callable[[RequestHandler], Any]) -> None:
    """Add a handler at `/added`, with this `get`."""
    app.add_handlers(".*", [("/added", type("Added", (BaseHandler,), {"get": get}))])


def logged(capfd: pytest.CaptureFixture[str], level: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    return [line for line in lines if line["level"] == level]


def test_a_handler_that_fails_is_a_problem_without_its_cause_which_is_logged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async def call() -> None:
        add_handler(app := make_app(tmp_path), fail)
        async with serving(app) as served:
            response = await served.fetch("/added", headers={"X-Request-ID": "of-the-test"})
        assert response.code == 500
        assert json.loads(response.body) == {
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "The service failed; the cause has been logged under the request's id.",
            "instance": "/added",
            "request_id": "of-the-test",
        }

    asyncio.run(call())
    [error] = logged(capfd, "error")
    assert error["event"] == "unhandled error"
    assert error["request_id"] == "of-the-test"
    assert "ZeroDivisionError: the cause" in error["exception"]


def test_an_answer_that_fails_half_way_is_broken_off(tmp_path: Path) -> None:
    async def half_an_answer(handler: RequestHandler) -> None:
        handler.set_header("Content-Length", "100")
        await handler.flush()
        raise ZeroDivisionError

    async def call() -> None:
        add_handler(app := make_app(tmp_path), half_an_answer)
        async with serving(app) as served:
            with pytest.raises(HTTPStreamClosedError):
                await served.fetch("/added")
        assert app.is_idle

    asyncio.run(call())


def test_a_client_that_does_not_wait_for_the_answer_is_no_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async def leave(_handler: RequestHandler) -> None:
        raise StreamClosedError

    async def call() -> None:
        add_handler(app := make_app(tmp_path), leave)
        async with serving(app) as served:
            await served.fetch("/added")

    asyncio.run(call())
    assert logged(capfd, "error") == []


HEAD = b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_only_an_error_of_the_service_is_one_in_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "provider", lambda *_arguments: provider)
    trace = "0af7651916cd43dd8448eb211c80319c"

    async def call() -> None:
        app = make_app(tmp_path, otel_exporter_otlp_endpoint="http://127.0.0.1:1")
        add_handler(app, fail)
        async with serving(app) as served:
            for path in ("/added", "/nowhere", "/api/v1/tasks/1"):
                given = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
                await served.fetch(path, headers=given)

    asyncio.run(call())
    spans = exporter.get_finished_spans()
    assert [(span.name, span.status.status_code) for span in spans] == [
        ("GET", StatusCode.ERROR),
        ("GET", StatusCode.UNSET),
        ("GET /api/v1/tasks/{id}", StatusCode.UNSET),
    ]
    assert {format(span.context.trace_id, "032x") for span in spans} == {trace}


async def until_idle(app: Any, *, idle: bool = True) -> None:
    async with asyncio.timeout(5):
        while True:
            if app.is_idle is idle:
                return
            await asyncio.sleep(0.01)


def test_who_leaves_in_the_middle_of_a_body_is_not_waited_for(tmp_path: Path) -> None:
    async def call() -> None:
        app = make_app(tmp_path)
        async with serving(app) as served:
            _, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(HEAD + b"5\r\n{\r\n")
            await until_idle(app, idle=False)
            writer.close()
            await until_idle(app)

    asyncio.run(call())


@pytest.mark.parametrize("goes_on", [True, False])
def test_who_has_been_refused_is_waited_for_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, goes_on: bool
) -> None:
    monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.2)

    async def call() -> None:
        app = make_app(tmp_path, max_body_bytes=3)
        async with serving(app) as served:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(HEAD + b"5\r\n12345\r\n")
            assert (await reader.readline()).split()[1] == b"413"
            if goes_on:
                await reader.read()
            writer.close()
            await until_idle(app)

    asyncio.run(call())


def test_an_unusual_method_is_told_the_usual_ones(tmp_path: Path) -> None:
    async def call() -> None:
        async with serving(make_app(tmp_path)) as served:
            response = await served.fetch(
                "/api/v1/tasks", method="PROPFIND", allow_nonstandard_methods=True
            )
        assert response.code == 405
        assert response.headers["Allow"] == "GET, HEAD, POST"
        assert response.headers["Connection"] == "close"

    asyncio.run(call())


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 404), ("other.example", 400)], ids=["served", "not served"]
)
def test_an_unusual_method_is_told_first_that_there_is_nothing(
    tmp_path: Path, host: str, status: int
) -> None:
    async def call() -> None:
        async with serving(make_app(tmp_path, allowed_hosts=("127.0.0.1",))) as served:
            response = await served.fetch(
                "/none",
                method="PROPFIND",
                allow_nonstandard_methods=True,
                headers={"Host": host},
            )
        assert response.code == status
        assert "Allow" not in response.headers

    asyncio.run(call())


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://localhost/livez", 200),
        ("HTTPS://localhost", 200),
        ("http://localhost?a=b", 200),
        ("/http://localhost/livez", 404),
    ],
)
def test_a_whole_url_may_be_asked_for(tmp_path: Path, target: str, status: int) -> None:
    async def call() -> None:
        async with serving(make_app(tmp_path)) as served:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            assert (await reader.readline()).split()[1] == str(status).encode()
            writer.close()

    asyncio.run(call())


UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
HANDSHAKES = {
    "no upgrade": ({}, 400),
    "no key": ({**UPGRADE, "Sec-WebSocket-Version": "13"}, 400),
    "another version": ({**UPGRADE, "Sec-WebSocket-Version": "99"}, 426),
}


@pytest.mark.parametrize(("headers", "status"), HANDSHAKES.values(), ids=HANDSHAKES.keys())
def test_a_handshake_that_is_refused_is_a_problem(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async def call() -> None:
        async with serving(make_app(tmp_path)) as served:
            response = await served.fetch("/api/v1/events", headers=headers)
        assert response.code == status
        assert response.headers["Content-Type"] == "application/problem+json"
        assert json.loads(response.body)["status"] == status

    asyncio.run(call())


def test_a_socket_is_not_opened_by_head(tmp_path: Path) -> None:
    async def call() -> None:
        async with serving(make_app(tmp_path)) as served:
            response = await served.fetch("/api/v1/events", method="HEAD", headers=UPGRADE)
        assert (response.code, response.headers["Allow"]) == (405, "GET")

    asyncio.run(call())


HANDSHAKE = b"""GET /dashboard/events HTTP/1.1\r
Host: localhost\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
\r
"""


def test_who_leaves_in_the_middle_of_a_handshake_is_not_talked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def find_slowly(_handler: object) -> str:
        asked.set()
        await left.wait()
        return "somebody"

    monkeypatch.setattr(dashboard, "get_session_caller", find_slowly)

    async def call() -> None:
        app = make_app(tmp_path)
        async with serving(app) as served:
            _, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(HANDSHAKE)
            await asked.wait()
            writer.transport.abort()
            await asyncio.sleep(0.1)
            left.set()
            await until_idle(app)
            assert not app.open_sockets

    asyncio.run(call())
    assert logged(capfd, "error") == []


def test_a_page_of_any_origin_may_listen_with_a_token(tmp_path: Path) -> None:
    async def call() -> None:
        async with serving(make_app(tmp_path)) as served:
            url = f"ws://127.0.0.1:{served.port}/api/v1/events"
            request = HTTPRequest(url, headers={"Origin": "https://example.org"})
            socket = await websocket_connect(request)
            await socket.write_message("no token")
            assert await socket.read_message() is None
            assert socket.close_code == 4401
            socket.close()

    asyncio.run(call())


class GoneHandler:
    """A handler whose client has gone."""

    async def describe(self, message: str) -> str:
        return message

    def write_message(self, _message: str) -> asyncio.Future[None]:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        written.set_exception(WebSocketClosedError())
        return written


def test_a_client_that_has_gone_is_no_error() -> None:
    async def talk() -> None:
        with pytest.raises(live.Left):
            await events.Socket(GoneHandler()).send("text")

    asyncio.run(talk())


def test_of_messages_that_nobody_has_asked_for_the_first_one_is_kept() -> None:
    async def talk() -> None:
        socket = events.Socket(GoneHandler())
        socket.put("one")
        socket.put("two")
        assert await socket.receive() == "one"
        socket.put("three")
        assert await socket.receive() == "three"

    asyncio.run(talk())


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    async def call() -> None:
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            async with serving(make_app(folder)) as served:
                response = await served.fetch(
                    "/api/v1/users",
                    method="POST",
                    headers={"Content-Type": "application/json"},
                    body=json.dumps(CREDENTIALS),
                )
            assert response.code == 201

    asyncio.run(call())


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none/none.sqlite3"
    web.create_app(Settings(app_env="test", database_url=url))
    assert list(tmp_path.iterdir()) == []


def test_without_its_redis_the_service_does_what_it_can(tmp_path: Path) -> None:
    async def call() -> None:
        # Nobody listens there.
        app = make_app(tmp_path, redis_url="redis://127.0.0.1:1")
        wrong = json.dumps({**CREDENTIALS, "password": "wrong"})
        async with serving(app) as served:
            responses = [
                await served.fetch(
                    "/api/v1/tokens",
                    method="POST",
                    headers={"Content-Type": "application/json"},
                    body=wrong,
                )
                for _ in range(11)
            ]
        assert [response.code for response in responses] == [401] * 10 + [429]

    asyncio.run(call())

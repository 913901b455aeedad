"""What is particular to Sanic: the factory, its own server, its own ways to fail."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from contract.project import PACKAGE
from contract.test_tracing import collecting
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import ServiceUnavailable, WebsocketClosed
from websockets.exceptions import ConnectionClosedOK

web = import_module(f"{PACKAGE}.web.app")
config = import_module(f"{PACKAGE}.config")
events = import_module(f"{PACKAGE}.web.events")
live = import_module(f"{PACKAGE}.live")
migrate = import_module(f"{PACKAGE}.migrate")
streaming = import_module(f"{PACKAGE}.web.streaming")
tasks = import_module(f"{PACKAGE}.tasks")

TASKS = "/api/v1/tasks"
CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}

App = Sanic[Any, Any]


@pytest.fixture(autouse=True)
def several_applications(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test make one, though all have the same name."""
    monkeypatch.setattr(Sanic, "test_mode", True)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return create_app(tmp_path)


def create_app(folder: Path, name: str = "test", **settings: Any) -> App:
    url = f"sqlite:///{folder / name}.sqlite3"
    migrate.upgrade(url)
    created: App = web.create_app(
        settings=config.Settings(app_env="test", database_url=url, log_format="json", **settings)
    )
    return created


@asynccontextmanager
async def served(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, which is served by Sanic in this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Its methods have no annotations.
        server: Any = await app.create_server(sock=listener, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        await server.start_serving()
        host, port = listener.getsockname()
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}", trust_env=False) as client:
            yield client
        await server.close()
        await server.after_stop()


def run(app: App, talk: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def serve() -> None:
        async with served(app) as client:
            await talk(client)

    asyncio.run(serve())


def logged(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_a_handler_that_fails_is_a_problem_without_its_cause_which_is_logged(
    app: App, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/fails")
    async def fail(_request: Request) -> HTTPResponse:
        raise ZeroDivisionError("the cause")

    async def talk(client: httpx.AsyncClient) -> None:
        response = await client.get("/fails", headers={"X-Request-ID": "of-the-test"})
        assert response.status_code == 500
        assert response.json() == {
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "The service failed; the cause has been logged under the request's id.",
            "instance": "/fails",
            "request_id": "of-the-test",
        }

    run(app, talk)
    [error] = [line for line in logged(capfd) if line["level"] == "error"]
    assert error["event"] == "unhandled error"
    assert error["request_id"] == "of-the-test"
    assert "ZeroDivisionError: the cause" in error["exception"]


def test_an_answer_that_fails_half_way_is_broken_off_and_logged_once_as_a_request(
    app: App, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/half")
    async def half(request: Request) -> None:
        async with streaming.streamed(request, content_type="text/plain") as send:
            await send(b"half an answer")
            raise ZeroDivisionError

    async def talk(client: httpx.AsyncClient) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/half")

    run(app, talk)
    [line] = [line for line in logged(capfd) if line["event"] == "request"]
    assert (line["route"], line["status"]) == ("/half", 200)


def test_a_handler_that_does_not_read_its_body_as_a_stream_has_the_limit_too(app: App) -> None:
    @app.post("/raw")
    async def raw(request: Request) -> HTTPResponse:
        return HTTPResponse(str(len(request.body)))

    async def body() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 500_000

    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.post("/raw", content=b"x" * 1000)).text == "1000"
        refused = await client.post("/raw", content=body())
        assert refused.status_code == 413
        assert refused.headers["Content-Type"] == "application/problem+json"

    run(app, talk)


def test_a_body_that_stalls_for_too_long_is_the_client_s_fault(app: App) -> None:
    app.config.RESPONSE_TIMEOUT = 0

    async def talk(client: httpx.AsyncClient) -> None:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(
            b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
            b"Content-Type: application/json\r\n\r\n{"
        )
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in answer
        writer.close()

    run(app, talk)


def test_a_handler_that_takes_too_long_is_an_error_of_the_service(
    app: App, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/slow")
    async def slow(_request: Request) -> HTTPResponse:
        raise ServiceUnavailable("Response Timeout")

    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.get("/slow")).status_code == 503

    run(app, talk)
    assert [line["event"] for line in logged(capfd) if line["level"] == "error"] == [
        "unhandled error"
    ]


def test_a_client_that_leaves_before_it_has_an_answer_is_logged(
    app: App, capfd: pytest.CaptureFixture[str]
) -> None:
    began = asyncio.Event()

    @app.get("/slow")
    async def slow(_request: Request) -> HTTPResponse:
        began.set()
        await asyncio.sleep(10)
        raise AssertionError

    async def talk(client: httpx.AsyncClient) -> None:
        _, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await began.wait()
        writer.transport.abort()
        await asyncio.sleep(0.3)

    run(app, talk)
    [line] = [line for line in logged(capfd) if line["event"] == "request"]
    assert (line["route"], line["status"]) == ("/slow", 499)


async def ask(client: httpx.AsyncClient, request: bytes) -> bytes:
    """The answer to a request, which is sent as it is, and closes the connection."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(request)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


AT_THE_EDGE = {
    "a URL without a path": (b"GET http://localhost HTTP/1.1\r\nHost: localhost", 200),
    "a URL with a query only": (b"GET http://localhost?a=b HTTP/1.1\r\nHost: localhost", 200),
    "a URL": (b"GET http://localhost/none?a HTTP/1.1\r\nHost: localhost", 404),
    "no host": (b"GET /livez HTTP/1.1\r\nAccept: */*", 400),
    "two hosts": (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400),
    "no host in HTTP/1.0": (b"GET /livez HTTP/1.0\r\nAccept: */*", 200),
    "a socket by HEAD": (
        b"HEAD /api/v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        405,
    ),
}


@pytest.mark.parametrize(("request_head", "status"), AT_THE_EDGE.values(), ids=AT_THE_EDGE)
def test_what_only_unusual_clients_send_is_answered_as_http_says(
    app: App, request_head: bytes, status: int
) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        answer = await ask(client, request_head + b"\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert b"x-request-id: " in answer

    run(app, talk)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_body_that_says_it_is_too_large_is_refused_wherever_it_is_sent(
    app: App, method: str
) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        answer = await client.request(method, "/livez", content=b"x" * 3_000_000)
        assert answer.status_code == 413

    run(app, talk)


class Listener:
    """An open socket of a user, as the hub sees it."""

    def __init__(self, user_id: str) -> None:
        self.id = UUID(user_id)
        self.token_digest = b""
        self.told: list[str] = []

    def put(self, message: str) -> None:
        self.told.append(json.loads(message)["type"])


CHANGES = {
    "POST": ("add", "task.created", b'{"title":"x"}'),
    "PATCH": ("change", "task.updated", b'{"done":true}'),
    "DELETE": ("remove", "task.deleted", b""),
}


@pytest.mark.parametrize("method", CHANGES)
def test_what_a_client_has_changed_is_told_also_where_it_does_not_wait_for_the_answer(
    app: App, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    name, kind, body = CHANGES[method]
    change = getattr(tasks, name)
    changed, left = asyncio.Event(), asyncio.Event()

    async def change_slowly(*arguments: Any) -> Any:
        task = await change(*arguments)
        changed.set()
        await left.wait()
        return task

    async def talk(client: httpx.AsyncClient) -> None:
        user = (await client.post("/api/v1/users", json=CREDENTIALS)).json()
        token = (await client.post("/api/v1/tokens", json=CREDENTIALS)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        path = (await client.post(TASKS, json={"title": "x"})).headers["Location"]
        monkeypatch.setattr(tasks, name, change_slowly)
        listener = Listener(user["id"])
        async with app.ctx.hub.subscribed(listener, listener):
            _, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
            writer.write(
                f"{method} {TASKS if method == 'POST' else path} HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await changed.wait()
            writer.transport.abort()
            await asyncio.sleep(0.1)
            left.set()
            await asyncio.sleep(0.1)
            assert listener.told == [kind]

    run(app, talk)


class GoneWebSocket:
    """A WebSocket whose client has gone."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    async def recv(self) -> None:
        if self._error:
            raise self._error

    async def send(self, _message: str) -> None:
        await self.recv()


@pytest.mark.parametrize(
    "error", [WebsocketClosed(), ConnectionClosedOK(None, None)], ids=lambda error: type(error)
)
def test_a_client_that_has_gone_is_no_error(error: Exception) -> None:
    async def talk() -> None:
        websocket = events.Socket(GoneWebSocket(error))
        with pytest.raises(live.Left):
            await websocket.receive()
        with pytest.raises(live.Left):
            await websocket.send("text")

    asyncio.run(talk())


def test_a_client_of_another_server_may_have_gone_too() -> None:
    with pytest.raises(live.Left):
        asyncio.run(events.Socket(GoneWebSocket(None)).receive())


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.post("/api/v1/users", json=CREDENTIALS)).status_code == 201

    for name in ("one", "two"):
        run(create_app(tmp_path, name), talk)


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    web.create_app(
        settings=config.Settings(
            app_env="test", database_url=f"sqlite:///{tmp_path}/none/none.sqlite3"
        )
    )
    assert list(tmp_path.iterdir()) == []


def test_without_its_redis_the_service_does_what_it_can(tmp_path: Path) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        await client.post("/api/v1/users", json=CREDENTIALS)
        wrong = {**CREDENTIALS, "password": "wrong"}
        answers = [await client.post("/api/v1/tokens", json=wrong) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429]

    # Nobody listens there.
    run(create_app(tmp_path, redis_url="redis://127.0.0.1:1"), talk)


def test_traces_tell_errors_and_leave_out_what_is_refused_at_the_edge(tmp_path: Path) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.get("/fails", headers={"Host": "other.example"})).status_code == 400
        assert (await client.get("/fails")).status_code == 500

    with collecting() as collector:
        app = create_app(
            tmp_path, otel_exporter_otlp_endpoint=collector.url, allowed_hosts=("127.0.0.1",)
        )

        @app.get("/fails")
        async def fail(_request: Request) -> HTTPResponse:
            raise ZeroDivisionError

        run(app, talk)
    sent = b"".join(body for _, body in collector.received)
    assert sent.count(b"GET /fails") == 1

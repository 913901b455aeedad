"""The application as a whole: its pages, its errors, and what Tornado's own ways give."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from collector import Collector
from pydantic import SecretStr
from service import ServiceTestCase, read
from tornado.httpclient import HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.simple_httpclient import HTTPStreamClosedError
from tornado.testing import gen_test
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, websocket_connect

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api import bodies
from {{ cookiecutter.__package_name }}.infrastructure.api.application import (
    Service,
)
from {{ cookiecutter.__package_name }}.infrastructure.api.handlers import BaseHandler
from {{ cookiecutter.__package_name }}.infrastructure.events import sockets
from {{ cookiecutter.__package_name }}.infrastructure.events.conversation import (
    Left,
)
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

HEAD = b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}


async def fail(_handler: RequestHandler) -> None:
    raise ZeroDivisionError("the cause")


async def until_idle(app: Service, *, idle: bool = True) -> None:
    for _ in range(500):
        if app.is_idle is idle:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


class WebTest(ServiceTestCase):
    @pytest.fixture(autouse=True)
    def _output(self, capfd: pytest.CaptureFixture[str]) -> None:
        self.capfd = capfd

    def errors(self) -> list[dict[str, Any]]:
        """What was logged as an error."""
        lines = [json.loads(line) for line in self.capfd.readouterr().out.splitlines()]
        return [line for line in lines if line["level"] == "error"]

    def add_handler(self, get: Callable[[RequestHandler], Any]) -> None:
        """Add a handler at `/added`, with this `get`."""
        self.app.add_handlers(".*", [("/added", type("Added", (BaseHandler,), {"get": get}))])

    def test_it_lives_and_is_ready(self) -> None:
        assert read(self.fetch("/livez")) == {"status": "ok"}
        assert read(self.fetch("/readyz")) == {"status": "ok", "checks": {"database": "ok"}}

    def test_requests_are_counted_by_their_route(self) -> None:
        self.fetch("/livez")
        self.fetch("/nowhere")
        counted = self.fetch("/metrics").body.decode()
        assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
        assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted

    def test_the_pages_are_there(self) -> None:
        front = self.fetch("/").body.decode()
        assert NAME in front
        assert VERSION in front
        assert b'id="swagger-ui"' in self.fetch("/docs").body
        style = self.fetch("/docs/swagger-ui.css")
        assert style.headers["Content-Type"].startswith("text/css")
        assert self.fetch("/docs/nonsense.css").code == 404

    def test_the_document_is_that_of_the_features(self) -> None:
        assert read(self.fetch("/openapi.json")) == json.loads(openapi_document())

    def test_a_page_is_found_by_head(self) -> None:
        response = self.fetch("/livez", method="HEAD")
        assert (response.code, response.body) == (200, b"")

    def test_a_handler_that_fails_is_a_problem_without_its_cause_which_is_logged(self) -> None:
        self.add_handler(fail)
        response = self.fetch("/added", headers={"X-Request-ID": "of-the-test"})
        assert response.code == 500
        assert read(response) == {
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "detail": "The service failed; the cause has been logged under the request's id.",
            "instance": "/added",
            "request_id": "of-the-test",
        }
        [error] = self.errors()
        assert (error["event"], error["request_id"]) == ("unhandled error", "of-the-test")
        assert "ZeroDivisionError: the cause" in error["exception"]

    def test_an_answer_that_fails_half_way_is_broken_off(self) -> None:
        async def half_an_answer(handler: RequestHandler) -> None:
            handler.set_header("Content-Length", "100")
            await handler.flush()
            raise ZeroDivisionError

        self.add_handler(half_an_answer)
        with pytest.raises(HTTPStreamClosedError):
            self.fetch("/added", raise_error=True)
        assert self.app.is_idle

    def test_a_client_that_does_not_wait_for_the_answer_is_no_error(self) -> None:
        async def leave(_handler: RequestHandler) -> None:
            raise StreamClosedError

        self.add_handler(leave)
        self.fetch("/added")
        assert self.errors() == []

    def test_an_unusual_method_is_told_the_usual_ones(self) -> None:
        response = self.call("PROPFIND", "/api/v1/users")
        assert response.code == 405
        assert response.headers["Allow"] == "POST"
        assert response.headers["Connection"] == "close"
        nothing = self.call("PROPFIND", "/none")
        assert nothing.code == 404
        assert "Allow" not in nothing.headers

    @gen_test
    async def test_who_leaves_in_the_middle_of_a_body_is_not_waited_for(self) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.get_http_port())
        writer.write(HEAD + b"5\r\n{\r\n")
        await until_idle(self.app, idle=False)
        writer.close()
        await until_idle(self.app)

    @gen_test
    async def test_a_whole_url_may_be_asked_for(self) -> None:
        for target, status in (
            ("http://localhost/livez", b"200"),
            ("HTTPS://localhost", b"200"),
            ("http://localhost?a=b", b"200"),
            ("/http://localhost/livez", b"404"),
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.get_http_port())
            head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            assert (await reader.readline()).split()[1] == status
            writer.close()

    def test_a_handshake_that_is_refused_is_a_problem(self) -> None:
        for headers, status in (
            ({}, 400),
            ({**UPGRADE, "Sec-WebSocket-Version": "13"}, 400),
            ({**UPGRADE, "Sec-WebSocket-Version": "99"}, 426),
        ):
            response = self.fetch("/api/v1/events", headers=headers)
            assert response.code == status
            assert response.headers["Content-Type"] == "application/problem+json"
            assert read(response)["status"] == status
        refused = self.fetch("/api/v1/events", method="HEAD", headers=UPGRADE)
        assert (refused.code, refused.headers["Allow"]) == (405, "GET")

    @gen_test
    async def test_a_page_of_any_origin_may_listen_with_a_token(self) -> None:
        url = self.get_url("/api/v1/events").replace("http", "ws")
        socket = await websocket_connect(HTTPRequest(url, headers={"Origin": "https://a.example"}))
        await socket.write_message("no token")
        assert await socket.read_message() is None
        assert socket.close_code == 4401
        socket.close()


class RefusedBodiesTest(ServiceTestCase):
    settings = {"max_body_bytes": 3, "allowed_hosts": ("127.0.0.1", "localhost")}  # noqa: RUF012  # replaced, as a whole

    @gen_test
    async def test_who_has_been_refused_is_waited_for_a_moment_only(self) -> None:
        self.monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.2)
        for goes_on in (True, False):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.get_http_port())
            writer.write(HEAD + b"5\r\n12345\r\n")
            assert (await reader.readline()).split()[1] == b"413"
            if goes_on:
                await reader.read()
            writer.close()
            await until_idle(self.app)

    def test_a_body_whose_length_is_too_large_is_refused_at_once(self) -> None:
        assert self.call("POST", "/api/v1/users", {"email": "x"}).code == 413

    def test_another_host_is_refused_whatever_the_method_is(self) -> None:
        for method in ("GET", "PROPFIND"):
            assert self.call(method, "/livez", Host="other.example").code == 400


class TracedTest(ServiceTestCase):
    @pytest.fixture(autouse=True)
    def _collector(self, collector: Collector) -> None:
        self.collector = collector
        self.settings = {"otel_exporter_otlp_endpoint": collector.url}

    def test_requests_are_traced_where_a_collector_is_named(self) -> None:
        self.fetch("/api/v1/users/me")
        self.fetch("/nowhere")
        self.app.add_handlers(".*", [("/fails", type("Fails", (BaseHandler,), {"get": fail}))])
        self.fetch("/fails")

    def tearDown(self) -> None:
        super().tearDown()
        assert b"GET /api/v1/users/me" in b"".join(self.collector.received)


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
        with pytest.raises(Left):
            await sockets.Socket(GoneHandler()).send("text")  # type: ignore[arg-type]  # its needs

    asyncio.run(talk())


def test_of_messages_that_nobody_has_asked_for_the_first_one_is_kept() -> None:
    async def talk() -> None:
        socket = sockets.Socket(GoneHandler())  # type: ignore[arg-type]  # all that it needs
        socket.put("one")
        socket.put("two")
        assert await socket.receive() == "one"
        socket.put("three")
        assert await socket.receive() == "three"

    asyncio.run(talk())


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    create_app(Settings(app_env="test", database_url=url))
    assert list(tmp_path.iterdir()) == []


class AwayTest(ServiceTestCase):
    def get_app(self) -> Service:
        self.database_url = "sqlite:////nonexistent/database.sqlite3"
        return super().get_app()

    def test_without_its_database_it_lives_and_is_not_ready(self) -> None:
        assert self.fetch("/livez").code == 200
        refused = self.fetch("/readyz")
        assert (refused.code, read(refused)["checks"]) == (503, {"database": "unavailable"})
        called = self.call("GET", "/api/v1/users/me", token="x")
        assert read(called)["detail"] == "The database is not available."

"""What is done to every request, in Tornado's places for it: bodies, hosts, traces."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr
from service import ServiceTestCase, read
from tornado.iostream import StreamClosedError
from tornado.simple_httpclient import HTTPStreamClosedError
from tornado.testing import gen_test
from tornado.web import RequestHandler, create_signed_value
from tornado.websocket import WebSocketClosedError

from task_service.config import Settings
from task_service.infrastructure.api import bodies
from task_service.infrastructure.api.handlers import BaseHandler
from task_service.infrastructure.events import sockets
from task_service.infrastructure.events.conversation import (
    Left,
)
from task_service.infrastructure.events.sockets import SocketHandler

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
HANDSHAKE = b"""GET /slow HTTP/1.1\r
Host: localhost\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
\r
"""
HEAD = b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


class ApplicationTestCase(ServiceTestCase):
    """Talks to the application in bytes."""

    def add_handler(self, get: Callable[[RequestHandler], Any]) -> None:
        """Add a handler at `/added`, with this `get`."""
        self.app.add_handlers(".*", [("/added", type("Added", (BaseHandler,), {"get": get}))])

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to it."""
        return await asyncio.open_connection("127.0.0.1", self.get_http_port())


class ApplicationTest(ApplicationTestCase):
    def test_a_cookie_is_good_that_the_key_of_the_settings_has_signed(self) -> None:
        def get(handler: RequestHandler) -> None:
            handler.write({"user": (handler.get_signed_cookie("user") or b"").decode()})

        self.add_handler(get)
        key = self.get_settings().secret_key.get_secret_value()
        for by, user in ((key, "ada"), (f"{key}x", "")):
            cookie = create_signed_value(by, "user", "ada").decode()
            response = self.fetch("/added", headers={"Cookie": f"user={cookie}"})
            assert read(response) == {"user": user}

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
        response = self.call("PROPFIND", "/api/v1/users/me")
        assert response.code == 405
        assert response.headers["Allow"] == "DELETE, GET, HEAD"
        assert response.headers["Connection"] == "close"

    def test_an_unusual_method_is_told_first_that_there_is_nothing(self) -> None:
        response = self.call("PROPFIND", "/none")
        assert response.code == 404
        assert "Allow" not in response.headers

    @gen_test
    async def test_who_leaves_in_the_middle_of_a_body_is_not_waited_for(self) -> None:
        _, writer = await self.open()
        writer.write(HEAD + b"5\r\n{\r\n")
        await self.until_idle(idle=False)
        writer.close()
        await self.until_idle()

    @gen_test
    async def test_a_whole_url_may_be_asked_for(self) -> None:
        for target, status in (
            ("http://localhost/livez", b"200"),
            ("HTTPS://localhost", b"200"),
            ("http://localhost?a=b", b"200"),
            ("/http://localhost/livez", b"404"),
        ):
            reader, writer = await self.open()
            head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            assert (await reader.readline()).split()[1] == status
            writer.close()


class SlowHandler(SocketHandler):
    """A WebSocket of which it takes a while to know whose it is."""

    def initialize(self, asked: asyncio.Event, left: asyncio.Event) -> None:  # type: ignore[override]  # what the rule gives
        self.asked, self.left = asked, left

    async def prepare(self) -> None:
        self.asked.set()
        await self.left.wait()


class HandshakeTest(ApplicationTestCase):
    def test_a_handshake_that_is_refused_is_a_problem(self) -> None:
        for headers, status in (
            ({}, 426),
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
    async def test_who_leaves_in_the_middle_of_one_is_not_talked_to(self) -> None:
        asked, left = asyncio.Event(), asyncio.Event()
        self.app.add_handlers(".*", [("/slow", SlowHandler, {"asked": asked, "left": left})])
        _, writer = await self.open()
        writer.write(HANDSHAKE)
        await asked.wait()
        writer.transport.abort()
        await asyncio.sleep(0.1)
        left.set()
        await self.until_idle()
        assert self.errors() == []


class AloneTest(ServiceTestCase):
    def get_settings(self) -> Settings:
        # Nobody listens there.
        url = SecretStr("redis://127.0.0.1:1")
        return super().get_settings().model_copy(update={"redis_url": url})

    def test_without_its_redis_the_service_does_what_it_can(self) -> None:
        wrong = {"email": "ada@example.com", "password": "wrong"}
        codes = [self.call("POST", "/api/v1/tokens", wrong).code for _ in range(11)]
        assert codes == [401] * 10 + [429]


class RefusedTest(ApplicationTestCase):
    def get_settings(self) -> Settings:
        refusing = {"max_body_bytes": 3, "allowed_hosts": ("127.0.0.1", "localhost")}
        return super().get_settings().model_copy(update=refusing)

    @gen_test
    async def test_who_has_been_refused_is_waited_for_a_moment_only(self) -> None:
        self.monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.2)
        for goes_on in (True, False):
            reader, writer = await self.open()
            writer.write(HEAD + b"5\r\n12345\r\n")
            assert (await reader.readline()).split()[1] == b"413"
            if goes_on:
                await reader.read()
            writer.close()
            await self.until_idle()

    def test_a_body_whose_length_is_too_large_is_refused_at_once(self) -> None:
        assert self.call("POST", "/api/v1/users", {"email": "x"}).code == 413

    def test_another_host_is_refused_whatever_the_method_is(self) -> None:
        for method in ("GET", "PROPFIND"):
            response = self.call(method, "/none", Host="other.example")
            assert response.code == 400
            assert "Allow" not in response.headers

    @gen_test
    async def test_a_length_that_is_no_number_is_refused(self) -> None:
        reader, writer = await self.open()
        writer.write(b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()

    @gen_test
    async def test_of_a_whole_url_the_host_counts(self) -> None:
        for host, other, status in (
            ("localhost", "other.example", b"200"),
            ("other.example", "localhost", b"400"),
            ("user@localhost", "localhost", b"400"),
        ):
            reader, writer = await self.open()
            head = f"GET http://{host}/ HTTP/1.1\r\nHost: {other}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            assert (await reader.readline()).split()[1] == status
            writer.close()


class GoneHandler:
    """A handler whose client has gone."""

    async def describe(self, message: str) -> str:
        return message

    def write_message(self, _message: str) -> asyncio.Future[None]:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        written.set_exception(WebSocketClosedError())
        return written


async def test_a_client_that_has_gone_is_no_error() -> None:
    with pytest.raises(Left):
        await sockets.Socket(GoneHandler()).send("text")  # type: ignore[arg-type]  # its needs


async def test_of_messages_that_nobody_has_asked_for_the_first_one_is_kept() -> None:
    socket = sockets.Socket(GoneHandler())  # type: ignore[arg-type]  # all that it needs
    socket.put("one")
    socket.put("two")
    assert await socket.receive() == "one"
    socket.put("three")
    assert await socket.receive() == "three"

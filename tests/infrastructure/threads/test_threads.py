"""A WSGI application in threads: what an ASGI server calls, and what the application gets."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Iterable, Iterator
from typing import Any
from unittest.mock import AsyncMock
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from task_service.infrastructure.serving import threads
from task_service.infrastructure.serving.threads import (
    INCOMPLETE,
    LOGGED,
    Message,
    Threaded,
)

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "raw_path": b"/a%20b",
    "query_string": b"",
    "headers": [],
    "server": ("127.0.0.1", 8000),
    "client": ("127.0.0.1", 50000),
}


def request(
    app: WSGIApplication, *pieces: bytes, ends: bool = True, leaves: bool = False, **scope: Any
) -> list[Message]:
    """What is sent back for a body in pieces.

    ends: whether the body does; leaves: whether the client goes away after the last of them.
    """
    received, sent = iter([*pieces, *([b""] if ends and not leaves else [])]), list[Message]()

    async def receive() -> Message:
        piece = next(received, None)
        if piece is None and not leaves:
            await asyncio.Event().wait()
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": piece != b""}

    def send(message: Message) -> Awaitable[None]:
        sent.append(message)
        # As granian's, it can be awaited, and is no coroutine.
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    threaded = Threaded(app, max_body_bytes=10, body_timeout_seconds=0.05)
    asyncio.run(threaded(SCOPE | scope, receive, send))
    return sent


class Seen:
    """An application that notes the environ, and reads the body."""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start("200 OK", [("X-A", "\xff")])
        return [b"a", b"b"]


def test_an_answer_is_sent_in_one_piece() -> None:
    assert request(Seen()) == [
        {"type": "http.response.start", "status": 200, "headers": [(b"X-A", b"\xff")]},
        {"type": "http.response.body", "body": b"ab"},
    ]


def test_what_nobody_waits_for_any_more_leaves_its_thread_to_others() -> None:
    begun, over = threading.Event(), threading.Event()

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        begun.set()
        over.wait(10)
        return Seen()(environ, start)

    async def cancel_and_ask() -> list[Message]:
        # Which has one thread for these.
        threaded = Threaded(app, max_body_bytes=10, body_timeout_seconds=1)
        ask, sent = SCOPE | {"raw_path": b"/livez"}, list[Message]()
        send = AsyncMock(side_effect=sent.append)
        cancelled = asyncio.create_task(threaded(ask, AsyncMock(), send))
        await asyncio.to_thread(begun.wait, 10)
        cancelled.cancel()
        await asyncio.wait({cancelled})
        over.set()
        await threaded(ask, AsyncMock(), send)
        return sent

    assert [message.get("body") for message in asyncio.run(cancel_and_ask())] == [None, b"ab"]


def test_a_stream_is_sent_piece_by_piece_and_closed() -> None:
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"a", b"b")

        def close(self) -> None:
            closed.append(True)

    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return Pieces()

    start, *pieces, end = request(app)
    assert start["status"] == 200
    assert [piece["body"] for piece in pieces] == [b"a", b"b"]
    assert end == {"type": "http.response.body"}
    assert closed == [True]


def test_a_stream_ends_where_its_client_has_gone() -> None:
    closed = []

    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        try:
            while True:
                yield b"a"
        finally:
            closed.append(True)

    request(app, leaves=True)
    assert closed == [True]


def test_a_stream_of_nothing_is_an_answer() -> None:
    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("204 No Content", [])
        return iter(())

    start, _ = request(app)
    assert start["status"] == 204


def test_an_answer_that_has_begun_is_not_replaced() -> None:
    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        yield b"a"
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            start("500 Internal Server Error", [], sys.exc_info())

    with pytest.raises(ZeroDivisionError):
        request(app)


def test_an_answer_that_breaks_off_has_no_end_and_is_told_once() -> None:
    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"a"
        environ.update(told)
        raise ZeroDivisionError

    told: dict[str, object] = {}
    with pytest.raises(ZeroDivisionError):
        request(app)
    told[LOGGED] = True
    assert request(app)[-1] == {"type": "http.response.body", "body": b"a", "more_body": True}


def test_nothing_is_written_behind_an_application() -> None:
    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])(b"a")
        raise AssertionError

    with pytest.raises(NotImplementedError):
        request(app)


def test_an_application_sees_paths_as_bytes_and_headers_that_are_what_they_seem() -> None:
    seen = Seen()
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-a", b"1"), (b"x_a", b"2")]
    request(seen, headers=[*headers, (b"x-a", b"3")], raw_path=b"/%C3%BC?x")
    assert seen.environ["PATH_INFO"] == "/\xc3\xbc"
    assert seen.environ["HTTP_COOKIE"] == "a=1; b=2"
    assert seen.environ["HTTP_X_A"] == "1,3"


def test_it_says_that_it_lives_while_all_threads_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "THREADS", 1)
    over = threading.Event()

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/livez":
            over.wait()
        start("200 OK", [])
        return []

    async def ask() -> None:
        threaded = Threaded(app, max_body_bytes=10, body_timeout_seconds=0.05)

        async def request(path: bytes) -> None:
            await threaded(SCOPE | {"raw_path": path}, AsyncMock(), AsyncMock())

        waiting = [asyncio.create_task(request(b"/tasks")) for _ in range(2)]
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(5):
                await request(b"/livez")
        finally:
            over.set()
            await asyncio.gather(*waiting)

    asyncio.run(ask())


CHUNKED = [(b"transfer-encoding", b"chunked")]


def test_a_body_that_stalls_is_given_up() -> None:
    seen = Seen()
    request(seen, b"12", ends=False, headers=CHUNKED)
    assert seen.environ[INCOMPLETE] == 408


def test_a_body_that_is_cut_off_is_not_taken_for_a_whole_one() -> None:
    seen = Seen()
    request(seen, b"12", leaves=True, headers=CHUNKED)
    assert seen.environ[INCOMPLETE] == 400


def test_no_more_of_a_body_is_read_than_shows_that_it_is_too_large() -> None:
    seen = Seen()
    request(seen, b"123456", b"789012", b"345678", headers=CHUNKED)
    assert seen.body == b"123456789012"
    assert seen.environ["CONTENT_LENGTH"] == "12"


def test_a_body_that_says_that_it_is_too_large_is_not_read() -> None:
    seen = Seen()
    request(seen, b"12", headers=[(b"content-length", b"11")])
    assert seen.body == b""
    assert seen.environ["CONTENT_LENGTH"] == "11"


def test_of_two_lengths_neither_counts() -> None:
    seen = Seen()
    headers = [(b"content-length", b"7"), (b"content-length", b"7")]
    request(seen, b"1234567", http_version="2", headers=headers)
    assert seen.body == b"1234567"
    assert seen.environ["CONTENT_LENGTH"] == "7"


@pytest.mark.parametrize(("version", "host"), [("1.1", ""), ("1.0", None)])
def test_that_a_request_names_no_host_is_told(version: str, host: str | None) -> None:
    seen = Seen()
    request(seen, http_version=version)
    assert seen.environ.get("HTTP_HOST") == host

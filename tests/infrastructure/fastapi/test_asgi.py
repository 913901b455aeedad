"""The edge around an ASGI application: what no request from outside can bring about."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from task_service.infrastructure.edge.asgi import (
    EdgeMiddleware,
)
from task_service.infrastructure.edge.policy import Edge
from task_service.infrastructure.observability import (
    logs,
    metrics,
)
from task_service.infrastructure.patience import (
    statement_seconds,
)
from task_service.infrastructure.serving.draining import (
    Draining,
)
from task_service.infrastructure.settings import Settings

ORIGIN = "https://app.example"


def request(app: Any, method: str, path: str, **options: Any) -> httpx.Response:
    """The answer of an application, over no network."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **options)

    return asyncio.run(send())


def around(app: Any, **settings: Any) -> Any:
    """The edge around an application."""
    given = Settings(app_env="test", log_format="json", **settings)
    logs.configure(given)
    edge = Edge(given, metrics.Metrics(), Draining())
    return EdgeMiddleware(app, edge=edge)


async def answer(_scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with what it was sent."""
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"public")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def fail(_scope: Any, _receive: Any, _send: Any) -> None:
    raise ZeroDivisionError("the cause")


async def fail_too_late(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ZeroDivisionError("the cause")


async def insist(_scope: Any, receive: Any, _send: Any) -> None:
    """An application that wants the whole body."""
    while (await receive())["type"] == "http.request":
        pass
    raise ConnectionError("the client has left")


async def in_pieces() -> AsyncIterator[bytes]:
    for _ in range(4):
        yield b"12345"


def line_of(capsys: pytest.CaptureFixture[str]) -> Any:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [found] = [line for line in lines if line["event"] == "request"]
    return found


def test_in_a_request_a_statement_has_a_limit(capfd: pytest.CaptureFixture[str]) -> None:
    async def ask(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        body = str(statement_seconds.get()).encode()
        await send({"type": "http.response.body", "body": body})

    assert request(around(ask, statement_timeout_seconds=7), "GET", "/").content == b"7"
    assert statement_seconds.get() is None


def test_a_request_ends_with_its_answer_and_not_with_a_task_in_the_background(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def answer_and_go_on(scope: Any, receive: Any, send: Any) -> None:
        await answer(scope, receive, send)
        await asyncio.sleep(0.3)

    request(around(answer_and_go_on), "GET", "/")
    assert line_of(capfd)["duration_ms"] < 300


def test_a_body_in_pieces_is_read(capfd: pytest.CaptureFixture[str]) -> None:
    response = request(around(answer, max_body_bytes=20), "POST", "/", content=in_pieces())
    assert response.text == "12345" * 4
    assert response.headers["Cache-Control"] == "public"


@pytest.mark.parametrize("app", [answer, insist])
def test_of_pieces_that_are_too_much_nobody_hears(
    capfd: pytest.CaptureFixture[str], app: Any
) -> None:
    response = request(around(app, max_body_bytes=9), "POST", "/", content=in_pieces())
    assert response.status_code == 413


def test_a_body_that_says_that_it_is_too_much_is_refused(
    capfd: pytest.CaptureFixture[str],
) -> None:
    response = request(around(answer, max_body_bytes=9), "POST", "/", content=b"1234567890")
    assert response.status_code == 413


def test_of_two_lengths_neither_counts(capfd: pytest.CaptureFixture[str]) -> None:
    headers = [("Content-Length", "5"), ("Content-Length", "5")]
    app = around(answer, max_body_bytes=9)
    assert request(app, "POST", "/", content=b"12345", headers=headers).text == "12345"


def test_a_body_that_stalls_is_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    async def stall() -> AsyncIterator[bytes]:
        yield b"12345"
        await asyncio.sleep(60)

    response = request(around(insist, body_timeout_seconds=1), "POST", "/", content=stall())
    assert response.status_code == 408


def test_of_two_tokens_neither_is_handed_on(capfd: pytest.CaptureFixture[str]) -> None:
    async def repeat(scope: Any, _receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        body = b" | ".join((headers[b"authorization"], headers[b"cookie"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    headers = [
        *(("Authorization", "Bearer a"), ("Authorization", "Bearer b")),
        *(("Cookie", "a=1"), ("Cookie", "b=2")),
    ]
    response = request(around(repeat), "GET", "/", headers=headers)
    assert response.text == "Bearer a, Bearer b | a=1; b=2"


def test_head_is_answered_without_a_body(capfd: pytest.CaptureFixture[str]) -> None:
    response = request(around(answer), "HEAD", "/", content=b"12345")
    assert (response.status_code, response.content) == (200, b"")


def test_a_path_that_ends_with_a_line_is_nobody_s(capfd: pytest.CaptureFixture[str]) -> None:
    assert request(around(answer), "GET", "/a%0A").status_code == 404


def test_an_answer_in_pieces_is_whole(capfd: pytest.CaptureFixture[str]) -> None:
    async def in_two(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"12", "more_body": True})
        await send({"type": "http.response.body", "body": b"345"})

    assert request(around(in_two), "GET", "/").content == b"12345"
    assert line_of(capfd)["status"] == 200


def test_a_host_that_is_not_served_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert request(around(answer, allowed_hosts="api.example"), "GET", "/").status_code == 400


async def answer_in_its_own_way(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"content-security-policy", b"default-src 'self'"),
        (b"vary", b"Accept"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def test_a_header_of_the_application_stays(capfd: pytest.CaptureFixture[str]) -> None:
    app = around(answer_in_its_own_way, cors_allow_origins=ORIGIN)
    headers = request(app, "GET", "/", headers={"Origin": ORIGIN}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Content-Security-Policy"] == "default-src 'self'"
    assert headers["Vary"] == "Accept, Origin"
    assert headers["X-Frame-Options"] == "DENY"


async def answer_with_a_page(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def test_a_page_loads_what_it_likes_and_is_in_no_frame(capfd: pytest.CaptureFixture[str]) -> None:
    headers = request(around(answer_with_a_page), "GET", "/").headers
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["Referrer-Policy"] == "same-origin"


def test_an_allowed_origin_may_ask(capfd: pytest.CaptureFixture[str]) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    app = around(answer, cors_allow_origins=ORIGIN)
    response = request(app, "OPTIONS", "/", headers=headers)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_proxy_tells_who_asks_and_how(capfd: pytest.CaptureFixture[str]) -> None:
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    app = around(answer, forwarded_allow_ips="127.0.0.1")
    assert "Strict-Transport-Security" in request(app, "GET", "/", headers=headers).headers
    assert line_of(capfd)["client"] == "198.51.100.7"
    headers = {"X-Forwarded-Proto": "http"}
    assert "Strict-Transport-Security" not in request(app, "GET", "/", headers=headers).headers


async def tell_address(scope: Any, _receive: Any, send: Any) -> None:
    body = json.dumps([scope["root_path"], scope["path"]]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def test_what_a_proxy_has_taken_from_the_path_is_told_as_asgi_has_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    headers = {"X-Forwarded-Prefix": "/shop"}
    app = around(tell_address, forwarded_allow_ips="127.0.0.1", root_path="/store")
    assert request(app, "GET", "/a", headers=headers).json() == ["/shop", "/shop/a"]
    assert request(app, "GET", "/a").json() == ["/store", "/store/a"]
    refused = request(app, "GET", "/a", headers={"Host": "a,b"})
    assert refused.json()["instance"] == "/store/a"


def test_an_application_that_fails_is_a_problem(capfd: pytest.CaptureFixture[str]) -> None:
    response = request(around(fail), "GET", "/")
    assert (response.status_code, response.json()["title"]) == (500, "Internal Server Error")


def test_who_is_around_it_hears_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    for kind in ("http", "websocket"):
        asked = {**scope(kind), "headers": [(b"x-request-id", b"of-the-test")]}
        with pytest.raises(ZeroDivisionError) as raised:
            asyncio.run(around(fail)(asked, None, ignore))
        assert raised.value.__notes__ == ["request_id: of-the-test"]
    # Who hears of it logs it.
    assert "the cause" not in capfd.readouterr().out


def test_one_that_fails_too_late_breaks_off(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(around(fail_too_late)(scope("http"), None, ignore))


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_what_is_no_request_is_passed_on(kind: str) -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(around(app)(scope(kind), None, ignore))
    assert seen == [kind]


def scope(kind: str) -> dict[str, Any]:
    return {"type": kind, "headers": [], "scheme": "http", "path": "/", "method": "GET"}


async def ignore(_message: object) -> None:
    """What a server does with an answer nobody waits for."""


async def welcome(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "welcome"})
    await send({"type": "websocket.close"})


async def turn_away(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "websocket.close"})


def knock(app: Any) -> list[dict[str, Any]]:
    """What the server is told when a client asks for a WebSocket."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "websocket",
        "path": "/door",
        "scheme": "ws",
        "headers": [(b"host", b"localhost"), (b"x-request-id", b"of-the-test")],
    }

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_a_websocket_is_logged_when_it_is_opened(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = [message["type"] for message in knock(around(welcome))]
    assert kinds == ["websocket.accept", "websocket.send", "websocket.close"]
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["path"], line["status"], line["request_id"]) == ("/door", 101, "of-the-test")


@pytest.mark.parametrize(
    ("hosts", "status"), [((), 404), (("other.example",), 400)], ids=["path", "host"]
)
def test_a_websocket_that_nobody_opens_is_answered_with_a_problem(
    hosts: tuple[str, ...], status: int
) -> None:
    start, body = knock(around(turn_away, allowed_hosts=hosts))
    assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
    assert (b"x-request-id", b"of-the-test") in start["headers"]
    assert json.loads(body["body"])["status"] == status


def test_a_websocket_whose_client_has_left_is_no_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    edge = around(turn_away)

    async def left(scope: Any, receive: Any, _send: Any) -> None:
        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.http.response.body":
                # As granian says it.
                raise RuntimeError("ASGI flow error")

        await edge(scope, receive, send)

    assert knock(left) == []
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["path"], line["status"]) == ("/door", 404)

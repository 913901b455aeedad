"""The edge as a middleware: what it does is the same under WSGI and ASGI."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from pytest_django import Settings

from task_service.infrastructure.edge.handlers import (
    Message,
)
from task_service.infrastructure.edge.middleware import (
    EdgeMiddleware,
)
from task_service.infrastructure.observability import logs
from task_service.infrastructure.patience import (
    statement_seconds,
)
from task_service.infrastructure.serving.threads import (
    INCOMPLETE,
    LOGGED,
)
from task_service.services import services
from task_service.web import urls
from task_service.web.app import (
    create_app,
    create_asgi_app,
)

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

ORIGIN = "https://app.example"
PROXY = "127.0.0.1"


def tell(request: HttpRequest) -> HttpResponse:
    told = {
        "secure": request.is_secure(),
        "client": request.META["REMOTE_ADDR"],
        "paths": [request.path, request.path_info, reverse("told")],
        "seconds": statement_seconds.get(),
    }
    return HttpResponse(json.dumps(told), content_type="application/json")


@csrf_exempt
def take(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body, headers={"Cache-Control": "public", "Vary": "Accept"})


def stream(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter(["a", "b"]))


def break_off(_request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        yield "a"
        raise ZeroDivisionError("the cause")

    return StreamingHttpResponse(pieces())


def fail(_request: HttpRequest) -> StreamingHttpResponse:
    pieces = (str(1 // number) for number in (1, 0))
    return StreamingHttpResponse(pieces, headers={"Content-Length": "2"})


async def stream_later(_request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[str]:
        yield "a"
        yield "b"

    return StreamingHttpResponse(pieces(), headers={"Content-Length": "2"})


async def break_off_later(_request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[str]:
        yield "a"
        raise ZeroDivisionError("the cause")

    return StreamingHttpResponse(pieces())


async def wait(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(30)
    raise AssertionError("nobody has left")


urlpatterns = [
    *urls.urlpatterns,
    path("tell", tell, name="told"),
    path("take", take),
    path("stream", stream),
    path("break-off", break_off),
    path("fail", fail),
    path("stream-later", stream_later),
    path("break-off-later", break_off_later),
    path("wait", wait),
]
handler400 = urls.handler400
handler404 = urls.handler404
handler500 = urls.handler500

Ask = Callable[..., httpx.Response]


@pytest.fixture
def given(settings: Settings, capfd: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Have the service so set."""

    def given(**changed: Any) -> None:
        settings.SERVICE = settings.SERVICE.model_copy(update={"log_format": "json", **changed})
        logs.configure(settings.SERVICE)
        services.cache_clear()

    given()
    return given


@pytest.fixture(params=["WSGI", "ASGI", "ASGI without threads"])
def ask(request: pytest.FixtureRequest, given: Callable[..., None], settings: Settings) -> Ask:
    """The answer to a request, in each of the two ways.

    Within a middleware that is synchronous, as WhiteNoise's is, all are.
    """
    if request.param == "ASGI without threads":
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
    url = "http://localhost"

    def by_wsgi(method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.WSGITransport(create_app())
        with httpx.Client(transport=transport, base_url=url) as client:
            return client.request(method, path, **options)

    async def by_asgi(method: str, path: str, **options: Any) -> httpx.Response:
        content = options.pop("content", None)
        if isinstance(content, Iterator):
            content = as_they_come(content)
        transport = httpx.ASGITransport(create_asgi_app(), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=url) as client:
            return await client.request(method, path, content=content, **options)

    if request.param == "WSGI":
        return by_wsgi
    return lambda *asked, **options: asyncio.run(by_asgi(*asked, **options))


async def as_they_come(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What the service has logged; its clients log as well."""
    said = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    return [line for line in said if line["logger"].startswith("task_service.")]


def test_a_header_of_a_view_stays(ask: Ask, given: Callable[..., None]) -> None:
    given(cors_allow_origins=(ORIGIN,))
    headers = ask("POST", "/take", headers={"Origin": ORIGIN}).headers
    assert headers["Cache-Control"] == "public"
    assert {"Accept", "Origin"} <= set(headers["Vary"].split(", "))
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Access-Control-Allow-Origin"] == ORIGIN


def test_an_allowed_origin_may_ask(ask: Ask, given: Callable[..., None]) -> None:
    given(cors_allow_origins=(ORIGIN,))
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    allowed = ask("OPTIONS", "/tell", headers=headers)
    assert (allowed.status_code, allowed.content) == (204, b"")
    assert allowed.headers["Access-Control-Allow-Methods"] == "GET"
    assert "Content-Type" not in allowed.headers
    assert ask("OPTIONS", "/tell", headers={**headers, "Origin": "null"}).status_code == 200


def test_djangos_own_client_gets_what_every_client_gets(
    client: Client, given: Callable[..., None]
) -> None:
    answer = client.get("/tell", headers={"X-Request-ID": "of-the-test"})
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (200, "of-the-test")
    assert logs.request_id.get() is None


def test_only_in_a_request_does_a_statement_have_a_limit(ask: Ask) -> None:
    assert ask("GET", "/tell").json()["seconds"] == 3
    assert statement_seconds.get() is None


def test_head_is_answered_as_get_is(ask: Ask, capfd: pytest.CaptureFixture[str]) -> None:
    head, get = ask("HEAD", "/tell"), ask("GET", "/tell")
    assert head.content == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert [line["method"] for line in lines(capfd)] == ["HEAD", "GET"]


def test_a_host_is_one_that_is_served(ask: Ask, given: Callable[..., None]) -> None:
    given(allowed_hosts=("localhost",))
    assert ask("GET", "/tell").status_code == 200
    for host in ("other.example", "a,b", ""):
        refused = ask("GET", "/tell", headers={"Host": host})
        assert (refused.status_code, refused.json()["status"]) == (400, 400)
        assert "X-Request-ID" in refused.headers


@pytest.mark.usefixtures("given")
def test_what_is_no_http_is_left_to_django() -> None:
    async def ask() -> None:
        await create_asgi_app()({"type": "lifespan"}, AsyncMock(), AsyncMock())

    with pytest.raises(ValueError, match="Django can only handle ASGI/HTTP connections"):
        asyncio.run(ask())


def test_a_path_that_ends_with_a_line_is_nobody_s(ask: Ask) -> None:
    assert ask("GET", "/tell%0A").status_code == 404


def test_a_method_in_lower_case_is_refused(client: Client) -> None:
    assert client.generic("get", "/tell").status_code == 400


def test_a_proxy_tells_who_asks_and_how(
    ask: Ask, given: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    given(forwarded_allow_ips=(PROXY,), root_path="/store")
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "HTTPS"}
    told = ask("GET", "/tell", headers={**headers, "X-Forwarded-Prefix": "/shop"})
    assert told.json()["secure"]
    assert told.json()["client"] == "198.51.100.7"
    assert told.json()["paths"] == ["/shop/tell", "/tell", "/shop/tell"]
    assert "Strict-Transport-Security" in told.headers
    told = ask("GET", "/tell", headers={"X-Forwarded-Proto": "http"})
    assert not told.json()["secure"]
    assert told.json()["paths"] == ["/store/tell", "/tell", "/store/tell"]
    assert [line["client"] for line in lines(capfd)] == ["198.51.100.7", PROXY]


def test_who_is_no_proxy_is_not_believed(ask: Ask) -> None:
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    told = ask("GET", "/tell", headers={**headers, "X-Forwarded-Prefix": "/shop"})
    assert not told.json()["secure"]
    assert told.json()["client"] == PROXY
    assert told.json()["paths"] == ["/tell", "/tell", "/tell"]


def test_a_body_of_the_allowed_length_is_read(ask: Ask, given: Callable[..., None]) -> None:
    given(max_body_bytes=10)
    assert ask("POST", "/take", content=b"1234567890").text == "1234567890"
    assert ask("POST", "/take", content=iter([b"12345", b"67890"])).text == "1234567890"


def test_more_of_a_body_than_allowed_is_refused(ask: Ask, given: Callable[..., None]) -> None:
    given(max_body_bytes=9)
    assert ask("POST", "/take", content=b"1234567890").status_code == 413
    refused = ask("POST", "/take", content=iter([b"12345"] * 4))
    assert (refused.status_code, refused.json()["status"]) == (413, 413)
    headers = {"Content-Length": "9" * 5000}
    assert ask("POST", "/take", content=b"1", headers=headers).status_code == 413


def test_a_body_that_stalls_is_given_up(given: Callable[..., None]) -> None:
    given(body_timeout_seconds=0.1)

    async def stall() -> AsyncIterator[bytes]:
        yield b"12345"
        await asyncio.sleep(60)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_asgi_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/take", content=stall())

    assert asyncio.run(send()).status_code == 408


def test_a_body_that_our_server_has_given_up_is_refused(client: Client) -> None:
    told: Any = {INCOMPLETE: 408}
    assert client.post("/take", **told).status_code == 408


def test_a_body_that_is_said_to_be_too_long_is_not_waited_for(given: Callable[..., None]) -> None:
    given(max_body_bytes=9, body_timeout_seconds=60)
    assert asyncio.run(asked_over_asgi("POST", "/take", (b"content-length", b"10"))) == 413


def test_a_type_that_django_can_t_read_is_none(ask: Ask) -> None:
    headers = {"Content-Type": "text/plain; charset*=none'en'x"}
    assert ask("POST", "/take", content=b"1", headers=headers).status_code == 200


def test_no_body_of_http_1_0_comes_in_chunks(given: Callable[..., None]) -> None:
    coding = (b"transfer-encoding", b"chunked")
    assert asyncio.run(asked_over_asgi("POST", "/take", coding, version="1.0")) == 400


async def asked_over_asgi(
    method: str, path: str, *headers: tuple[bytes, bytes], version: str = "1.1"
) -> int:
    """The status that a server of ASGI is told to send to a client that stays.

    Of a body whose length the headers say nothing comes.
    """
    sent: list[Message] = []
    has_none = b"content-length" not in dict(headers)
    coming: list[Message] = (
        [{"type": "http.request", "body": b"", "more_body": False}] if has_none else []
    )

    async def receive() -> Message:
        if coming:
            return coming.pop()
        await asyncio.sleep(20)
        raise AssertionError("it has waited for what does not come")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": version,
        "method": method,
        "path": path,
        "scheme": "http",
        "headers": [(b"host", b"localhost"), *headers],
    }
    await create_asgi_app()(scope, receive, send)
    status: int = sent[0]["status"]
    return status


# Under the other kind of server Django makes all of it first, and warns of that.
STREAMS = ["/stream", "/stream-later"]


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("path", STREAMS)
def test_a_stream_is_counted_and_logged_at_its_end(
    ask: Ask, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    answer = ask("GET", path, headers={"X-Request-ID": "of-the-test"})
    assert answer.text == "ab"
    [line] = lines(capfd)
    assert (line["path"], line["status"], line["request_id"]) == (path, 200, "of-the-test")
    assert not services().edge.in_progress


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize("path", STREAMS)
def test_of_a_stream_head_gets_none(ask: Ask, capfd: pytest.CaptureFixture[str], path: str) -> None:
    assert ask("HEAD", path).content == b""
    assert [line["method"] for line in lines(capfd)] == ["HEAD"]


def test_a_stream_is_in_progress_until_it_is_closed(
    client: Client, given: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    answer = client.get("/stream")
    assert len(services().edge.in_progress) == 1
    assert lines(capfd) == []
    assert answer.getvalue() == b"ab"
    assert not services().edge.in_progress


def test_a_stream_that_breaks_off_is_logged_with_its_cause(
    client: Client, given: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ZeroDivisionError):
        client.get("/break-off").getvalue()
    assert_logged_with_its_cause(lines(capfd))


def test_one_that_is_short_is_made_before_it_is_sent_and_so_may_fail(
    ask: Ask, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = ask("GET", "/fail")
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert "X-Request-ID" in answer.headers
    assert [line["status"] for line in lines(capfd)] == [500]


def test_one_that_is_asynchronous_is_so_too(
    async_client: AsyncClient, given: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    async def ask() -> None:
        answer: Any = await async_client.get("/break-off-later")
        async for _ in answer:
            pass

    with pytest.raises(ZeroDivisionError):
        asyncio.run(ask())
    assert_logged_with_its_cause(lines(capfd))


def test_one_that_breaks_off_is_counted_though_nobody_closes_it(
    rf: RequestFactory, given: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    # As Django does under ASGI.
    request = rf.get("/break-off")
    answer = EdgeMiddleware(break_off, services().edge)(request)
    with pytest.raises(ZeroDivisionError):
        list(answer)
    assert request.META[LOGGED]
    assert [line.get("path") for line in lines(capfd)] == [None, "/break-off"]
    assert not services().edge.in_progress


def test_an_asynchronous_one_is_counted_too(
    rf: RequestFactory, given: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    async def read() -> None:
        edge = EdgeMiddleware(break_off_later, services().edge)
        async for _ in await edge(rf.get("/break-off-later")):
            pass

    with pytest.raises(ZeroDivisionError):
        asyncio.run(read())
    assert [line.get("path") for line in lines(capfd)] == [None, "/break-off-later"]
    assert not services().edge.in_progress


def assert_logged_with_its_cause(said: list[dict[str, Any]]) -> None:
    assert said[0]["event"] == "unhandled error"
    assert "ZeroDivisionError: the cause" in said[0]["exception"]
    assert said[0]["request_id"] is not None


@pytest.mark.parametrize("kind", ["whitenoise", "nothing"])
def test_a_client_that_leaves_is_counted(
    given: Callable[..., None], settings: Settings, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if kind in each or "web" in each]
    body = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if (message := next(body, None)) is None:
            # By then the view waits.
            await asyncio.sleep(0.5)
        return message or {"type": "http.disconnect"}

    async def send(_message: object) -> None:
        raise AssertionError("nobody is there")

    scope = {"type": "http", "method": "GET", "path": "/wait", "scheme": "http", "headers": []}
    asyncio.run(create_asgi_app()(scope, receive, send))
    assert [(line["path"], line["status"]) for line in lines(capfd)] == [("/wait", 499)]
    assert not services().edge.in_progress

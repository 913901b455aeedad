"""The application as a whole: its pages, its errors, and what Sanic's own ways give."""

import asyncio
import logging
import re
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from client import Client
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sanic import HTTPResponse, Sanic
from sanic.exceptions import SanicException, ServiceUnavailable
from sanic.worker.loader import AppLoader
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.exceptions import ConnectionClosed

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.infrastructure.errors import Unavailable
from {{ cookiecutter.__package_name }}.infrastructure.observability import spans
from {{ cookiecutter.__package_name }}.infrastructure.observability.health import (
    Readiness,
)
from {{ cookiecutter.__package_name }}.infrastructure.serving.draining import (
    Draining,
)
from {{ cookiecutter.__package_name }}.services import App, Request
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}


def test_it_lives_and_is_ready(client: Client) -> None:
    _, live = client.get("/livez")
    assert live.json == {"status": "ok"}
    _, ready = client.get("/readyz")
    assert (ready.status, ready.json) == (200, {"status": "ok", "checks": READY})


def test_a_body_that_stalls_for_too_long_is_the_client_s_fault(
    app: App, runner: asyncio.Runner
) -> None:
    app.config.RESPONSE_TIMEOUT = 0
    head = b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"

    async def stall(client: Client) -> bytes:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(head + b"Content-Type: application/json\r\n\r\n{")
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        return answer

    with Client(app, runner) as client:
        answer = runner.run(stall(client))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer


def test_a_body_that_is_too_large_is_refused(client: Client, settings: Settings) -> None:
    _, response = client.post("/api/v1/users", content=b"x" * (settings.max_body_bytes + 1))
    assert (response.status, response.json["status"]) == (413, 413)


def test_in_development_the_page_says_what_to_do_next(
    settings: Settings, runner: asyncio.Runner
) -> None:
    app = create_app(settings=settings.model_copy(update={"app_env": "development"}))
    with Client(app, runner) as client:
        _, page = client.get("/")
    assert "<ol" in page.text


def test_a_client_that_leaves_before_it_has_an_answer_is_logged(
    app: App, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    began = asyncio.Event()

    @app.get("/slow")
    async def slow(_request: Request) -> HTTPResponse:
        began.set()
        await asyncio.sleep(10)
        raise AssertionError

    async def leave() -> None:
        _, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await began.wait()
        writer.transport.abort()
        await asyncio.sleep(0.1)

    with Client(app, runner) as client:
        runner.run(leave())
    [line] = [vars(each) for each in caplog.records if each.msg == "request"]
    assert (line["route"], line["status"]) == ("/slow", 499)


class AwayDatabase(Database):
    """A database that does not answer."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        raise Unavailable("The database is not available.")
        yield


def test_without_its_database_it_lives_and_is_not_ready(
    app: App, client: Client, settings: Settings
) -> None:
    away = AwayDatabase(settings.database_url.get_secret_value())
    app.ctx.database, app.ctx.readiness = away, Readiness(away, Draining())
    _, live = client.get("/livez")
    assert live.status == 200
    _, refused = client.get("/readyz")
    assert refused.status == 503
    assert refused.json["checks"] == UNREADY
    _, called = client.get("/api/v1/users/me", headers={"Authorization": "Bearer x"})
    assert called.status == 503
    assert called.json["detail"] == "The database is not available."


def test_requests_are_counted_by_their_route(client: Client) -> None:
    client.get("/livez")
    client.get("/nowhere")
    _, counted = client.get("/metrics")
    assert 'http_requests_total{method="GET",route="/livez",status="200"} 1.0' in counted.text
    assert 'http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in counted.text


def test_the_pages_are_there(client: Client) -> None:
    _, front = client.get("/")
    assert f"<h1>{NAME}" in front.text
    assert VERSION in front.text
    _, docs = client.get("/docs")
    assert 'id="swagger-ui"' in docs.text
    _, style = client.get("/docs/swagger-ui.css")
    assert style.headers["Content-Type"].startswith("text/css")
    _, nothing = client.get("/docs/nonsense.css")
    assert nothing.status == 404


def test_the_document_describes_each_endpoint(app: App, client: Client) -> None:
    _, document = client.get("/openapi.json")
    assert document.content == openapi_document()
    assert document.json["info"]["title"] == NAME
    paths = document.json["paths"]
    described = {(method, path) for path in paths for method in paths[path]}
    served = {
        (method.lower(), "/" + re.sub(r"<(\w+):\w+>", r"{\1}", route.path))
        for route in app.router.routes
        for method in route.methods
        if route.path.startswith("api/") and not route.extra.websocket
    }
    assert described == served


def test_an_unknown_path_and_method_are_problems(client: Client) -> None:
    _, unknown = client.get("/nowhere")
    assert (unknown.status, unknown.json["status"]) == (404, 404)
    _, refused = client.put("/api/v1/users")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, POST, HEAD")


def test_a_handler_that_fails_is_a_problem_without_its_cause_which_is_logged(
    app: App, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/fails")
    async def fail(_request: Request) -> HTTPResponse:
        raise ZeroDivisionError("the cause")

    with Client(app, runner) as client:
        _, response = client.get("/fails", headers={"X-Request-ID": "of-the-test"})
    assert response.status == 500
    assert response.json == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    [error] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert (error.msg, vars(error)["path"]) == ("unhandled error", "/fails")
    assert "ZeroDivisionError: the cause" in caplog.text


def test_what_a_handler_says_of_its_error_is_told(app: App, runner: asyncio.Runner) -> None:
    @app.get("/old/<word:[a-z]{3}>")
    async def find(_request: Request, word: str) -> HTTPResponse:
        raise SanicException(f"{word} was archived.", 410, context={"word": word})

    with Client(app, runner) as client:
        _, response = client.get("/old/abc")
        assert (response.status, response.json["detail"]) == (410, "abc was archived.")
        assert response.json["context"] == {"word": "abc"}
        _, counted = client.get("/metrics")
    assert 'route="/old/{word}",status="410"' in counted.text


def test_a_handler_that_takes_too_long_is_an_error_of_the_service(
    app: App, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/slow")
    async def slow(_request: Request) -> HTTPResponse:
        # So does Sanic.
        raise ServiceUnavailable("Response Timeout", headers={"Retry-After": "5"})

    with Client(app, runner) as client:
        _, response = client.get("/slow")
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert [each.msg for each in caplog.records if each.levelname == "ERROR"] == ["unhandled error"]


def test_a_socket_without_a_good_token_is_closed(client: Client) -> None:
    async def talk(socket: Any) -> None:
        await socket.send('{"access_token": "nonsense"}')
        await socket.recv()

    with pytest.raises(ConnectionClosed) as closed:
        client.websocket("/api/v1/events", mimic=talk)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


def test_traces_tell_errors_and_leave_out_what_is_refused_at_the_edge(
    settings: Settings, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "provider", lambda _settings: provider)
    url, hosts = "http://127.0.0.1:1", ("127.0.0.1",)
    traced = {"otel_exporter_otlp_endpoint": url, "allowed_hosts": hosts}
    app = create_app(settings=settings.model_copy(update=traced))

    @app.get("/fails")
    async def fail(_request: Request) -> HTTPResponse:
        raise ZeroDivisionError

    with Client(app, runner) as client:
        _, refused = client.get("/fails", headers={"Host": "other.example"})
        _, failed = client.get("/fails")
    assert (refused.status, failed.status) == (400, 500)
    assert [span.name for span in exporter.get_finished_spans()] == ["GET /fails"]


def test_the_command_line_of_sanic_makes_an_application_that_logs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    factory = f"{create_app.__module__}:{create_app.__name__}"
    app = AppLoader(factory, as_factory=True, args=Namespace(target=factory)).load()
    assert isinstance(app, Sanic)
    assert logging.getLogger().hasHandlers()

"""The application as a whole: its pages, its errors, and what Tornado's own ways give."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from pydantic import SecretStr
from service import PASSWORD, ServiceTestCase, read
from sqlalchemy.ext.asyncio import AsyncSession
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import HTTPError, RequestHandler

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api.handlers import BaseHandler
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
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
TRACE = "0af7651916cd43dd8448eb211c80319c"
ADA = {"email": "ada@example.com", "password": PASSWORD}


class AwayDatabase(Database):
    """A database that does not answer."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        raise Unavailable("The database is not available.")
        yield


class WebTestCase(ServiceTestCase):
    def add_handler(self, get: Callable[[RequestHandler], Any]) -> None:
        """Add a handler at `/added`, with this `get`."""
        self.app.add_handlers(".*", [("/added", type("Added", (BaseHandler,), {"get": get}))])


class WebTest(WebTestCase):
    def test_it_lives_and_is_ready(self) -> None:
        assert read(self.fetch("/livez")) == {"status": "ok"}
        assert read(self.fetch("/readyz")) == {"status": "ok", "checks": READY}

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
        document = read(self.fetch("/openapi.json"))
        assert document == json.loads(openapi_document())
        assert "/api/v1/users" in document["paths"]

    def test_a_page_is_found_by_head(self) -> None:
        response = self.fetch("/livez", method="HEAD")
        assert (response.code, response.body) == (200, b"")

    def test_without_its_database_it_lives_and_is_not_ready(self) -> None:
        away = AwayDatabase(self.database_url)
        services = self.app.settings["services"]
        given = replace(services, database=away, readiness=Readiness(away, Draining()))
        self.app.settings["services"] = given
        assert self.fetch("/livez").code == 200
        refused = self.fetch("/readyz")
        assert (refused.code, read(refused)["checks"]) == (503, UNREADY)
        called = self.call("GET", "/api/v1/users/me", token="x")
        assert called.code == 503
        assert read(called)["detail"] == "The database is not available."

    def test_an_unknown_path_and_method_are_problems(self) -> None:
        assert read(self.fetch("/nowhere"))["status"] == 404
        refused = self.call("PUT", "/api/v1/users")
        assert (refused.code, refused.headers["Allow"]) == (405, "GET, HEAD, POST")

    def test_what_a_handler_raises_is_a_problem(self) -> None:
        def gone(_handler: RequestHandler) -> None:
            raise HTTPError(410)

        self.add_handler(gone)
        response = self.fetch("/added")
        assert response.headers["Content-Type"] == "application/problem+json"
        assert (response.code, read(response)["title"]) == (410, "Gone")

    def test_a_handler_that_fails_is_a_problem_without_its_cause_which_is_logged(self) -> None:
        async def fail(_handler: RequestHandler) -> None:
            raise ZeroDivisionError("the cause")

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
        assert error.name == "tornado.application"
        assert error.getMessage().startswith("Uncaught exception GET /added")
        assert "ZeroDivisionError: the cause" in self.caplog.text

    def test_a_page_of_any_origin_may_listen_with_a_token(self) -> None:
        socket = self.connect("/api/v1/events", Origin="https://example.org")
        socket.write_message("no token")
        assert self.hear(socket) is None
        assert socket.close_code == 4401

    def test_two_applications_in_one_process_share_nothing(self) -> None:
        listening, port = bind_unused_port()
        settings = self.get_settings().model_copy(update={"max_body_bytes": 10})
        other = HTTPServer(create_app(settings))
        other.add_socket(listening)
        url = f"http://127.0.0.1:{port}/api/v1/users"
        codes = [self.call("POST", path, ADA).code for path in ("/api/v1/users", url)]
        assert codes == [201, 413]
        other.stop()


class TracedTest(WebTestCase):
    def get_settings(self) -> Settings:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.monkeypatch.setattr(spans, "provider", lambda *_arguments: provider)
        traced = {"otel_exporter_otlp_endpoint": "http://127.0.0.1:1"}
        return super().get_settings().model_copy(update=traced)

    def test_only_an_error_of_the_service_is_one_in_its_trace(self) -> None:
        async def fail(_handler: RequestHandler) -> None:
            raise ZeroDivisionError

        self.add_handler(fail)
        for path in ("/added", "/nowhere", "/api/v1/users/me"):
            self.fetch(path, headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
        made = self.exporter.get_finished_spans()
        assert [(span.name, span.status.status_code) for span in made] == [
            ("GET /added", StatusCode.ERROR),
            ("GET", StatusCode.UNSET),
            ("GET /api/v1/users/me", StatusCode.UNSET),
        ]
        assert {format(span.context.trace_id, "032x") for span in made} == {TRACE}


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    create_app(Settings(app_env="test", database_url=url))
    assert list(tmp_path.iterdir()) == []

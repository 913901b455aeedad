"""The application as a whole: its pages, its document, its errors, its traces."""

import json
from pathlib import Path

import cherrypy
import httpx
import pytest
from browser import CREDENTIALS, client_of
from conftest import MakeApp
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.observability import spans
from {{ cookiecutter.__package_name }}.web.app import (
    Application,
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}


@pytest.fixture
def client(app: Application) -> httpx.Client:
    """A client that has cookies and follows no redirects."""
    return client_of(app)


def test_it_lives_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "checks": READY}


def test_without_its_database_it_lives_and_is_not_ready() -> None:
    url = SecretStr("sqlite:////nonexistent/database.sqlite3")
    client = client_of(create_app(Settings(app_env="test", database_url=url)))
    assert client.get("/livez").status_code == 200
    refused = client.get("/readyz")
    assert (refused.status_code, refused.json()["checks"]) == (503, UNREADY)
    called = client.get("/api/v1/users/me", headers={"Authorization": "Bearer x"})
    assert called.json()["detail"] == "The database is not available."


def test_requests_are_counted_by_their_route(client: httpx.Client) -> None:
    client.get("/livez")
    client.get("/nowhere")
    counted = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted


def test_the_pages_are_there(client: httpx.Client) -> None:
    front = client.get("/").text
    assert NAME in front
    assert VERSION in front
    assert 'id="swagger-ui"' in client.get("/docs").text
    assert client.get("/docs/swagger-ui.css").headers["Content-Type"].startswith("text/css")
    assert client.get("/docs/nonsense.css").status_code == 404


def test_the_document_is_that_of_the_tree(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document == json.loads(openapi_document())
    assert "delete" in document["paths"]["/api/v1/tokens/{id}"]


@pytest.mark.parametrize("name", ["fails", "_cp_dispatch"], ids=["handler", "dispatcher"])
def test_a_failure_is_a_problem_without_its_cause_which_is_logged(
    caplog: pytest.LogCaptureFixture, app: Application, client: httpx.Client, name: str
) -> None:
    def fail(**_vpath: list[str]) -> None:
        raise ZeroDivisionError("the cause")

    # CherryPy does not ask a dispatcher that is exposed.
    setattr(app.root, name, fail if name == "_cp_dispatch" else cherrypy.expose(fail))
    response = client.get("/fails", headers=REQUEST_ID)
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    [error] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert error.getMessage() == "unhandled error"
    assert "ZeroDivisionError: the cause" in caplog.text


def test_what_cherrypy_refuses_by_itself_is_a_problem(client: httpx.Client) -> None:
    response = client.post("/livez", headers=REQUEST_ID)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "This address does not take this method.",
        "instance": "/livez",
        "request_id": "of-the-test",
    }


def test_two_applications_in_one_process_share_nothing(make_app: MakeApp) -> None:
    for app, status in ((make_app(), 201), (make_app(max_body_bytes=10), 413)):
        assert client_of(app).post("/api/v1/users", json=CREDENTIALS).status_code == status


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    create_app(Settings(app_env="test", database_url=url))
    assert list(tmp_path.iterdir()) == []


def test_requests_are_traced_where_a_collector_is_named(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "provider", lambda _settings: provider)
    client_of(make_app(otel_exporter_otlp_endpoint="http://127.0.0.1:1")).get("/docs")
    assert [span.name for span in exporter.get_finished_spans()] == ["GET /docs"]
    # Or the engines of other tests are traced as well.
    SQLAlchemyInstrumentor().uninstrument()

"""The application as a whole: its pages, its errors, its traces."""

import json
import re

import bottle
import pytest
from bottle import Bottle
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel, SecretStr
from webtest import TestApp

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.observability import spans
from {{ cookiecutter.__package_name }}.web.app import (
    VIEWS,
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}
PROBLEM = "application/problem+json"


def test_it_lives_and_is_ready(client: TestApp) -> None:
    assert client.get("/livez").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "checks": READY}


def test_without_its_database_it_lives_and_is_not_ready() -> None:
    url = SecretStr("sqlite:////nonexistent/database.sqlite3")
    client = TestApp(create_app(Settings(app_env="test", database_url=url)))
    client.get("/livez")
    assert client.get("/readyz", status=503).json["checks"] == UNREADY
    called = client.get("/api/v1/users/me", headers={"Authorization": "Bearer x"}, status=503)
    assert called.json["detail"] == "The database is not available."


def test_requests_are_counted_by_their_route(client: TestApp) -> None:
    client.get("/livez")
    client.get("/nowhere", status=404)
    counted = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted


def test_the_pages_are_there(client: TestApp) -> None:
    front = client.get("/")
    assert NAME in front.text
    assert VERSION in front.text
    assert 'id="swagger-ui"' in client.get("/docs").text
    assert client.get("/docs/swagger-ui.css").content_type == "text/css"
    assert client.get("/docs/__init__.py", status=404).content_type == "application/problem+json"


def test_the_page_escapes_what_people_have_named() -> None:
    page = bottle.template(
        "index",
        template_lookup=VIEWS,
        name="<b>Ours</b>",
        description="\"Ours\" & 'yours'",
        version="1",
        development=True,
        url=lambda name, /, **_: f"/{name}",
    )
    assert "<h1>&lt;b&gt;Ours&lt;/b&gt;</h1>" in page
    assert ">&quot;Ours&quot; &amp; &#039;yours&#039;</p>" in page
    assert "What next?" in page


def test_each_route_of_the_api_is_described_and_nothing_else(app: Bottle) -> None:
    routes = [
        (re.sub(r"<(\w+)>", r"{\1}", route.rule), route.method.lower())
        for route in app.routes
        if route.rule.startswith("/api/")
    ]
    document = json.loads(openapi_document())
    described = [(path, method) for path, of in document["paths"].items() for method in of]
    assert sorted(routes) == sorted(described)
    assert TestApp(app).get("/openapi.json").json == document


class Item(BaseModel):
    """What a shop sells."""

    name: str


def test_an_endpoint_is_its_signature_and_its_body(app: Bottle, client: TestApp) -> None:
    @app.post("/items/<query>", status=201)
    def add(settings: Settings, query: str, body: Item) -> Item:
        return Item(name=f"{settings.app_env} {query} {body.name}")

    made = client.post_json("/items/black", {"name": "hat"}, status=201)
    assert made.json == {"name": "test black hat"}
    as_json = {"Content-Type": "application/json"}
    assert client.post("/items/x", "{", as_json, status=400).content_type == PROBLEM
    assert client.post_json("/items/x", {}, status=422).json["errors"][0]["pointer"] == "/name"
    assert client.post("/items/x", "x", {"Content-Type": "text/plain"}, status=415)


def test_an_unknown_method_is_a_problem(client: TestApp) -> None:
    assert client.post("/api/v1/users/me/password", status=405).headers["Allow"] == "PUT"


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    caplog: pytest.LogCaptureFixture, app: Bottle, client: TestApp
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("the cause")

    app.get("/fails", callback=fail)
    assert client.get("/fails", headers=REQUEST_ID, status=500).json == {
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


def test_two_applications_in_one_process_share_nothing(settings: Settings) -> None:
    other = settings.model_copy(update={"max_body_bytes": 10})
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    for each, status in ((settings, 201), (other, 413)):
        client = TestApp(create_app(each))
        client.post_json("/api/v1/users", body, status=status)
    assert bottle.default_app().routes == []


def test_requests_are_traced_where_a_collector_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "provider", lambda _settings: provider)
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:1"})
    TestApp(create_app(traced)).get("/docs")
    assert [span.name for span in exporter.get_finished_spans()] == ["GET /docs"]
    # Or the engines of other tests are traced as well.
    SQLAlchemyInstrumentor().uninstrument()

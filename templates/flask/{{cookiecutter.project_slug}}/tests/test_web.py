"""The application as a whole: its pages and its errors."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort, make_response
from flask.testing import FlaskClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from werkzeug.exceptions import HTTPException, NotFound, ServiceUnavailable

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.observability import spans
from {{ cookiecutter.__package_name }}.web.app import openapi_document

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}


def test_it_lives_and_is_ready(client: FlaskClient) -> None:
    assert client.get("/livez").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ok", "checks": READY})


def test_without_its_database_it_is_made_lives_and_is_not_ready(
    make_app: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    away = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    client = make_app(Settings(app_env="test", database_url=away)).test_client()
    assert client.get("/livez").status_code == 200
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.get_json()["checks"] == UNREADY
    called = client.get("/api/v1/users/me", headers={"Authorization": "Bearer x"})
    assert called.status_code == 503
    assert called.get_json()["detail"] == "The database is not available."
    assert list(tmp_path.iterdir()) == []


def test_requests_are_counted_by_their_route(client: FlaskClient) -> None:
    client.get("/livez")
    client.get("/nowhere")
    counted = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted


def test_the_pages_are_there(client: FlaskClient) -> None:
    front = client.get("/")
    assert NAME in front.text
    assert VERSION in front.text
    assert 'id="swagger-ui"' in client.get("/docs").text
    assert client.get("/docs/swagger-ui.css").headers["Content-Type"].startswith("text/css")
    assert client.get("/docs/nonsense.css").status_code == 404


def test_the_document_describes_the_endpoints(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    assert document["info"]["title"] == NAME
    sign_up = document["paths"]["/api/v1/users"]["post"]
    assert sign_up["operationId"] == "register"
    assert list(sign_up["responses"]["422"]["content"]) == ["application/problem+json"]


def test_the_document_is_printed_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    assert json.loads(openapi_document())["info"]["title"] == NAME


def test_an_unknown_path_and_method_are_problems(client: FlaskClient) -> None:
    assert client.get("/nowhere").get_json()["status"] == 404
    assert client.get("/api//v1/users/me").get_json()["status"] == 404
    refused = client.post("/api/v1/users/me/password")
    assert (refused.status_code, set(refused.allow)) == (405, {"OPTIONS", "PUT"})
    assert set(client.options("/api/v1/users/me/password").allow) == {"PUT"}


def test_a_body_that_is_too_large_is_a_problem(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    client = make_app(settings.model_copy(update={"max_body_bytes": 10})).test_client()
    refused = client.post("/api/v1/users", json={"email": "ada@example.com"})
    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")


class FullError(HTTPException):
    """An error of a service's own, as Flask's documentation has it; HTTP knows no such status."""

    code = 559
    description = "The shelf is full."


def test_what_a_view_aborts_with_is_a_problem_with_its_headers(
    app: Flask, client: FlaskClient
) -> None:
    @app.get("/later")
    def later() -> str:
        raise ServiceUnavailable(retry_after=7)

    @app.get("/teapot")
    def teapot() -> str:
        abort(418)

    @app.get("/gone")
    def gone() -> str:
        abort(410, "It was archived.")

    @app.get("/full")
    def full() -> str:
        raise FullError

    response = client.get("/later")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
    assert client.get("/teapot", headers=REQUEST_ID).json == {
        "type": "about:blank",
        "title": "I'm a Teapot",
        "status": 418,
        "detail": "I'm a Teapot.",
        "instance": "/teapot",
        "request_id": "of-the-test",
    }
    assert client.get("/gone").get_json()["detail"] == "It was archived."
    full_answer = client.get("/full").get_json()
    assert (full_answer["title"], full_answer["detail"]) == ("Unknown Error", "The shelf is full.")


def test_what_a_view_aborts_with_may_have_a_body_of_its_own(
    app: Flask, client: FlaskClient
) -> None:
    @app.get("/missing")
    def missing() -> str:
        raise NotFound(response=make_response("It is not there.", 404))

    response = client.get("/missing")
    assert (response.status_code, response.text) == (404, "It is not there.")


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/fails")
    def fail() -> str:
        raise ZeroDivisionError("the cause")

    response = client.get("/fails", headers=REQUEST_ID)
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert response.json == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    [error] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert error.getMessage() == "Exception on /fails [GET]"
    assert "ZeroDivisionError: the cause" in caplog.text


@pytest.mark.parametrize("option", ["debug", "testing"])
def test_an_error_is_left_to_flask_s_debugger_and_to_tests(app: Flask, option: str) -> None:
    setattr(app, option, True)

    @app.get("/fails")
    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fails")


def test_requests_are_traced_where_a_collector_is_named(
    make_app: Callable[[Settings], Flask], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "provider", lambda _settings: provider)
    url = "http://127.0.0.1:1"
    app = make_app(settings.model_copy(update={"otel_exporter_otlp_endpoint": url}))
    app.test_client().get("/api/v1/users/me", headers={"Authorization": "Bearer nonsense"})
    assert exporter.get_finished_spans()[-1].name == "GET /api/v1/users/me"

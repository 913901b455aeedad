"""The application as a whole: its pages and its errors."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from pyramid.config import Configurator
from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPError,
    HTTPForbidden,
    HTTPFound,
    HTTPGone,
    HTTPNotFound,
    HTTPServiceUnavailable,
)
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.observability import spans
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}
ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def add_view(config: Configurator, path: str, view: Any, **options: Any) -> None:
    config.add_route(path, path)
    options.setdefault("permission", NO_PERMISSION_REQUIRED)
    config.add_view(view, route_name=path, renderer="json", **options)


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
    front.mustcontain(NAME, f"Version {VERSION}")
    front.click("documented").mustcontain('id="swagger-ui"')
    assert client.get("/docs/swagger-ui.css").content_type == "text/css"
    client.get("/docs/nothing", status=404)
    client.put("/docs/nothing", status=405)


def test_the_document_is_that_of_the_features(client: TestApp) -> None:
    assert client.get("/openapi.json").json == json.loads(openapi_document())


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    caplog: pytest.LogCaptureFixture, config: Configurator, client: TestApp
) -> None:
    caplog.set_level(logging.INFO)

    def fail(request: Request) -> None:
        raise ZeroDivisionError("the cause")

    add_view(config, "/fails", fail)
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
    [route] = [vars(each)["route"] for each in caplog.records if each.msg == "request"]
    assert route == "/fails"


def test_what_a_view_raises_of_pyramid_s_errors_is_a_problem_with_its_headers_and_its_reason(
    config: Configurator, client: TestApp
) -> None:
    def later(request: Request) -> None:
        raise HTTPServiceUnavailable("At tea.", headers=[("Retry-After", "7")])

    add_view(config, "/later", later)
    response = client.get("/later", status=503)
    assert response.headers["Retry-After"] == "7"
    assert response.json["detail"] == "At tea."


@pytest.mark.parametrize("kind", [HTTPBadRequest, HTTPForbidden, HTTPNotFound, HTTPGone])
def test_an_error_is_the_same_problem_where_a_view_returns_it(
    config: Configurator, client: TestApp, kind: type[HTTPError]
) -> None:
    def answer(request: Request) -> HTTPError:
        return kind("Why.")

    add_view(config, "/returned", answer)
    response = client.get("/returned", headers={"Accept": "text/html"}, status=kind.code)
    assert response.content_type == "application/problem+json"
    assert response.json["detail"] == "Why."


def test_an_error_may_have_a_body_of_its_own(config: Configurator, client: TestApp) -> None:
    def answer(request: Request) -> HTTPError:
        raise HTTPGone(json={"gone": True})

    add_view(config, "/gone", answer)
    assert client.get("/gone", status=410).json == {"gone": True}


def test_a_view_can_redirect(config: Configurator, client: TestApp) -> None:
    def leave(request: Request) -> None:
        raise HTTPFound("/livez")

    add_view(config, "/leave", leave)
    assert client.get("/leave", status=302).follow().json == {"status": "ok"}


def test_a_view_that_says_nothing_of_permissions_is_not_for_strangers(
    config: Configurator, client: TestApp, account: dict[str, str]
) -> None:
    add_view(config, "/in", lambda request: {"caller": request.caller.email}, permission=None)
    refused = client.get("/in", status=401)
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.json["detail"] == "A bearer token is needed."
    assert client.get("/in", headers=account).json == {"caller": "user1@example.com"}


def test_who_is_known_but_lacks_a_permission_is_forbidden(
    config: Configurator, signed_in: TestApp
) -> None:
    add_view(config, "/hidden", lambda request: {}, permission="nobody_has_it")
    assert signed_in.get("/hidden", status=403).json["detail"] == "Forbidden."


def test_a_view_may_take_several_methods_or_any(config: Configurator, client: TestApp) -> None:
    add_view(config, "/two", lambda request: {}, request_method=("GET", "PUT"))
    add_view(config, "/any", lambda request: {}, request_param="name")
    refused = client.post("/two", status=405)
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT"}
    client.post("/any", status=404)


def test_a_path_is_utf_8(client: TestApp) -> None:
    client.get("/docs/%ff", status=400)
    client.get("/api/v1/users/me?x=%ff", status=401)


def test_without_its_redis_it_still_counts_wrong_passwords(settings: Settings) -> None:
    # Nobody listens there.
    away = settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1")})
    client = TestApp(create_app(away))
    wrong = {"email": "ada@example.com", "password": "wrong"}
    for status in [401] * 10 + [429]:
        client.post_json("/api/v1/tokens", wrong, status=status)


def test_two_applications_in_one_process_share_nothing(settings: Settings) -> None:
    other = settings.model_copy(update={"max_body_bytes": 10})
    for each, status in ((settings, 201), (other, 413)):
        client = TestApp(create_app(each))
        client.post_json("/api/v1/users", ADA, status=status)


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    create_app(Settings(app_env="test", database_url=url))
    assert list(tmp_path.iterdir()) == []


def test_development_has_the_debug_toolbar(settings: Settings) -> None:
    client = with_toolbar(settings, "development")
    page = client.get("/")
    page.mustcontain("_debug_toolbar")
    assert "'self'" in page.headers["Content-Security-Policy"]
    client.get("/_debug_toolbar/")
    assert client.get("/livez").json == {"status": "ok"}


@pytest.mark.parametrize("app_env", ["test", "production"])
def test_elsewhere_the_debug_toolbar_is_not_even_imported(
    settings: Settings, app_env: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyramid_debugtoolbar", None)
    client = with_toolbar(settings, app_env)
    client.get("/").mustcontain(no="_debug_toolbar")
    client.get("/_debug_toolbar/", status=404)


def with_toolbar(settings: Settings, app_env: str) -> TestApp:
    """A client of the application as development.ini would have it."""
    made = create_app(settings.model_copy(update={"app_env": app_env}), ini={"toolbar": "true"})
    # Others do not get it.
    return TestApp(made, extra_environ={"REMOTE_ADDR": "127.0.0.1"})


def test_requests_are_traced_where_a_collector_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "provider", lambda _settings: provider)
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:1"})
    TestApp(create_app(traced)).get("/docs")
    # Or the engines of other tests are traced as well.
    SQLAlchemyInstrumentor().uninstrument()
    assert [span.name for span in exporter.get_finished_spans()] == ["GET /docs"]

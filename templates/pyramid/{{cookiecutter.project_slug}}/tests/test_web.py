"""The application as a whole: its pages, its errors, and what Pyramid's own ways give."""

import json
import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID
from wsgiref.types import WSGIApplication

import pytest
from collector import Collector
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from pydantic import BaseModel, SecretStr
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.events import NewResponse
from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPError,
    HTTPForbidden,
    HTTPFound,
    HTTPGone,
    HTTPNotFound,
    HTTPServiceUnavailable,
)
from pyramid.renderers import render
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.testing import DummyRequest
from pyramid.traversal import resource_path
from webtest import TestApp

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api import pages
from {{ cookiecutter.__package_name }}.web import app
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}
ADA = {"email": "ada@example.com", "password": "correct horse battery"}
HOSTILE = "<script>alert('x')</script> & \"more\""


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


def test_text_in_a_page_is_escaped(config: Configurator) -> None:
    values = {"name": HOSTILE, "version": "1", "description": "<b>bold</b>", "development": False}
    request = DummyRequest()
    request.registry = config.registry
    page = render(f"{app.__package__}:templates/index{pages.EXTENSION}", values, request)
    assert "<script" not in page
    assert "<b>" not in page
    assert f"<h1>{HOSTILE}</h1>" in unescape(page)


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


class Point:
    def __json__(self, _request: Request) -> dict[str, int]:
        return {"x": 1}


@dataclass
class Pair:
    left: int

    def __json__(self, _request: Request) -> list[int]:
        return [self.left, 2]


class Model(BaseModel):
    id: UUID = UUID(int=1)


VALUES: dict[str, tuple[object, object]] = {
    "one's own": ({"point": Point()}, {"point": {"x": 1}}),
    "a dataclass of one's own": ([Pair(1)], [[1, 2]]),
    "a model": (Model(), {"id": str(UUID(int=1))}),
    "models": ([Model()], [{"id": str(UUID(int=1))}]),
    "a time": ({"at": datetime(2030, 1, 1, tzinfo=UTC)}, {"at": "2030-01-01T00:00:00Z"}),
    "a large number": (2**70, 2**70),
}


@pytest.mark.parametrize(("value", "written"), VALUES.values(), ids=VALUES.keys())
def test_json_is_made_of_what_pyramid_knows_and_of_what_pydantic_knows(
    config: Configurator, client: TestApp, value: object, written: object
) -> None:
    add_view(config, "/json", lambda _request: value)
    response = client.get("/json")
    assert (response.content_type, response.json) == ("application/json", written)


def test_an_endpoint_needs_no_more_than_its_route_to_be_described(
    config: Configurator, client: TestApp, account: dict[str, str]
) -> None:
    class Plants:
        def __init__(self, request: Request) -> None:
            pass

        def all(self) -> list[Model]:
            """All plants."""
            return [Model()]

    config.add_route("plants", r"/api/v1/plants/{id:[0-9]{1,3}}")
    config.add_view(Plants, attr="all", route_name="plants", renderer="json")
    document = client.get("/openapi.json").json
    listed = document["paths"]["/api/v1/plants/{id}"]["get"]
    assert listed["summary"] == "All plants"
    assert listed["responses"].keys() == {"200", "401", "404", "503"}
    assert listed["security"] == [{"bearer": []}]
    assert "Model" in document["components"]["schemas"]
    assert client.get("/api/v1/plants/1", headers=account).json == [{"id": str(UUID(int=1))}]


def test_a_view_may_have_a_media_type_of_its_own(config: Configurator, client: TestApp) -> None:
    def answer(request: Request) -> dict[str, str]:
        request.response.content_type = "application/hal+json"
        return {}

    add_view(config, "/hal", answer)
    assert client.get("/hal").content_type == "application/hal+json"


def test_a_response_may_be_conditional(config: Configurator, client: TestApp) -> None:
    def answer(request: Request) -> dict[str, str]:
        request.response.conditional_response = True
        request.response.etag = "1"
        return {}

    add_view(config, "/kept", answer)
    assert client.get("/kept").headers["ETag"] == '"1"'
    assert client.get("/kept", headers={"If-None-Match": '"1"'}, status=304).body == b""


def test_forms_can_be_protected_and_the_api_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def protect(config: Configurator) -> None:
        config.set_default_csrf_options(require_csrf=True)
        config.add_route("form", "/form")
        config.add_view(
            lambda _request: {},
            route_name="form",
            renderer="json",
            permission=NO_PERMISSION_REQUIRED,
        )

    monkeypatch.setattr(app, "INCLUDED", (*app.INCLUDED, protect))
    client = TestApp(create_app(settings))
    assert client.post("/form", status=400).json["title"] == "Bad Request"
    client.post("/account/sign-up", ADA)
    token = client.post_json("/api/v1/tokens", ADA, status=201).json["access_token"]
    client.authorization = ("Bearer", token)
    client.delete("/api/v1/tokens/current", status=204)


def test_json_can_be_made_without_a_request(config: Configurator) -> None:
    with config:
        assert json.loads(render("json", {"one": 1})) == {"one": 1}


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
    settings: Settings, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Spans are sent so often, in milliseconds.
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": collector.url})
    made: WSGIApplication = create_app(traced)
    TestApp(made).get("/docs")
    assert collector.arrived.wait(10)
    assert b"GET /docs" in b"".join(collector.received)
    # Or the engines of other tests are traced as well.
    SQLAlchemyInstrumentor().uninstrument()


class Garden(dict[str, object]):
    """What traversal begins at, in one's own application."""

    __name__ = __parent__ = None

    def __init__(self, request: Request) -> None:
        super().__init__(roses=Roses(self))


class Roses:
    """A resource, of which the default permission is enough."""

    __name__ = "roses"

    def __init__(self, parent: Garden) -> None:
        self.__parent__ = parent


@pytest.fixture
def garden(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestApp:
    """A client of an application that traverses, signed in."""

    def plant(config: Configurator) -> None:
        config.set_root_factory(Garden)
        config.add_route("garden", "/garden/*traverse", factory=Garden, use_global_views=True)
        config.add_view(
            lambda context, request: {"path": resource_path(context)},
            context=Roses,
            renderer="json",
        )

    monkeypatch.setattr(app, "INCLUDED", (*app.INCLUDED, plant))
    client = TestApp(create_app(settings))
    client.post("/account/sign-up", ADA)
    token = client.post_json("/api/v1/tokens", ADA, status=201).json["access_token"]
    client.authorization = ("Bearer", token)
    return client


def test_paths_can_be_traversed_below_a_route_or_where_there_is_none(garden: TestApp) -> None:
    assert garden.get("/garden/roses").json == {"path": "/roses"}
    assert garden.get("/roses").json == {"path": "/roses"}
    garden.get("/tulips", status=404)
    garden.authorization = None
    garden.get("/roses", status=401)


@pytest.mark.parametrize("root", ["/roses", "/\xff"])
def test_a_client_does_not_choose_where_traversal_begins(garden: TestApp, root: str) -> None:
    environ = {"HTTP_X_VHM_ROOT": root}
    for path, status in (("/livez", 200), ("/", 200), ("/roses", 200), ("/roses/roses", 404)):
        garden.get(path, extra_environ=environ, status=status)


def test_pages_have_what_pyramid_s_tutorials_have(
    config: Configurator, client: TestApp, tmp_path: Path
) -> None:
    (tmp_path / "site.css").write_text("body {}", "utf-8")

    def form(request: Request) -> Response:
        if request.method == "POST":
            request.session.flash(request.POST["name"])
            raise HTTPFound(request.route_url("form"))
        return Response(" ".join([get_csrf_token(request), *request.session.pop_flash()]))

    config.set_default_csrf_options(require_csrf=True)
    config.add_static_view("static", str(tmp_path))
    config.add_subscriber(lambda event: event.response.headers.update(X="1"), NewResponse)
    add_view(config, "/form", form)
    config.add_route("form", "/form")
    assert client.get("/static/site.css").text == "body {}"
    client.get("/static/none.css", status=404)
    token = client.get("/form").text
    client.post("/form", {"name": "Ada"}, status=400)
    sent = client.post("/form", {"name": "Ada", "csrf_token": token}, status=302)
    assert sent.headers["X"] == "1"
    assert sent.follow().text == f"{token} Ada"

"""The application as a whole: its pages, its errors, and what Bottle's own ways give."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import bottle
import httpx
import pytest
from bottle import Bottle, HTTPResponse, PluginError, abort
from collector import Collector
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from pydantic import BaseModel, SecretStr
from waiting import await_answer
from webtest import TestApp

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.web.app import (
    VIEWS,
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}
PROBLEM = "application/problem+json"
# Bottle's own command. `create_app()` and not `create_app`: Bottle calls what it is given.
SERVE = (
    *(sys.executable, "-m", "bottle"),
    "{{ cookiecutter.__package_name }}.web.app:create_app()",
)


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


def test_an_endpoint_of_the_api_says_who_may_call(app: Bottle) -> None:
    app.get("/api/v1/secret", callback=lambda: "")
    with pytest.raises(PluginError, match="it takes `caller` or `admin`, or it is `public`"):
        app.routes[-1].prepare()


def test_in_bottle_s_debug_mode_errors_are_raised(
    app: Bottle, client: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bottle, "DEBUG", True)
    app.get("/fails", callback=lambda: str(1 / 0))
    with pytest.raises(ZeroDivisionError):
        client.get("/fails")


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


def test_an_error_handler_may_be_there_for_all_that_nobody_foresaw(
    caplog: pytest.LogCaptureFixture, app: Bottle, client: TestApp
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("the cause")

    app.get("/fails", callback=fail)
    app.error(500)(lambda error: f"Sorry: {type(error.exception).__name__}.")
    assert client.get("/fails", status=500).text == "Sorry: ZeroDivisionError."
    assert "ZeroDivisionError: the cause" in caplog.text


def test_what_a_view_aborts_with_is_a_problem_with_its_headers(
    app: Bottle, client: TestApp
) -> None:
    def later() -> None:
        raise bottle.HTTPError(503, Retry_After="7")

    app.get("/later", callback=later)
    app.get("/teapot", callback=lambda: abort(418, "short and stout"))
    assert client.get("/later", status=503).headers["Retry-After"] == "7"
    assert client.get("/teapot", status=418).json["detail"] == "short and stout"


def test_an_answer_that_a_view_makes_itself_stays_as_it_is(app: Bottle, client: TestApp) -> None:
    app.get("/gone", callback=lambda: HTTPResponse("Gone.", 410, Content_Type="text/plain"))
    response = client.get("/gone", status=410)
    assert (response.text, response.content_type) == ("Gone.", "text/plain")


def test_a_view_can_stream(app: Bottle, client: TestApp) -> None:
    app.get("/stream", callback=lambda: (letter for letter in "abc"))
    response = client.get("/stream")
    assert response.text == "abc"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_path_is_utf_8(app: Bottle, client: TestApp) -> None:
    app.get("/plants/<name>", callback=lambda name: {"name": name})
    assert client.get("/plants/b%C3%A4rlauch").json == {"name": "bärlauch"}
    client.get("/plants/b%ff", status=400)


def test_two_applications_in_one_process_share_nothing(settings: Settings) -> None:
    other = settings.model_copy(update={"max_body_bytes": 10})
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    for each, status in ((settings, 201), (other, 413)):
        client = TestApp(create_app(each))
        client.post_json("/api/v1/users", body, status=status)
    assert bottle.default_app().routes == []


def test_it_can_be_called_from_within_another_application(app: Bottle) -> None:
    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Passes on what is under a prefix, as WSGI has it."""
        inner: WSGIApplication = app
        path = environ["PATH_INFO"].removeprefix("/inner")
        return inner(environ | {"SCRIPT_NAME": "/inner", "PATH_INFO": path}, start_response)

    client = TestApp(outer)
    assert client.get("/inner/livez").json == {"status": "ok"}
    assert '<a href="/inner/docs">' in client.get("/inner/").text


def test_another_application_can_be_mounted(app: Bottle, client: TestApp) -> None:
    def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode()]

    own = Bottle()
    own.get("/hello", callback=lambda: "hello")
    app.mount("/plain/", plain)
    app.mount("/own/", own)
    assert client.get("/plain/a/b").text == "/a/b"
    assert client.get("/own/hello").text == "hello"
    assert client.get("/own/nothing", status=404).content_type == "application/problem+json"


@pytest.mark.parametrize("kind", ["wsgi", "Bottle"])
def test_it_can_be_mounted_in_another_bottle(app: Bottle, kind: str) -> None:
    outer = Bottle()
    outer.mount("/in/ner/", app.wsgi if kind == "wsgi" else app)
    outer.get("/own", callback=lambda: "own")
    client = TestApp(outer)
    assert client.get("/in/ner/livez").json == {"status": "ok"}
    assert '<a href="/in/ner/docs">' in client.get("/in/ner/").text
    refused = client.get("/in/ner/api/v1/users/me", headers=REQUEST_ID, status=401)
    assert refused.headers["X-Request-ID"] == "of-the-test"
    assert refused.headers["X-Frame-Options"] == "DENY"
    assert refused.json["instance"] == "/in/ner/api/v1/users/me"
    assert client.post("/in/ner/api/v1/users", "{", status=415).content_type == PROBLEM
    assert client.get("/own").text == "own"


def test_requests_are_traced_where_a_collector_is_named(
    settings: Settings, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Spans are sent so often, in milliseconds.
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": collector.url})
    TestApp(create_app(traced)).get("/docs")
    assert collector.arrived.wait(10)
    assert b"GET /docs" in b"".join(collector.received)
    # Or the engines of other tests are traced as well.
    SQLAlchemyInstrumentor().uninstrument()


def test_the_command_of_bottle_serves_the_application(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = os.environ | {"APP_ENV": "test", "DATABASE_URL": database_url}
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    with (
        subprocess.Popen(
            [*SERVE, "--bind", address],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
        httpx.Client(base_url=f"http://{address}", trust_env=False) as client,
    ):
        try:
            await_answer(client)
            # Which sends a body: this server does not say where it ends.
            assert client.post("/api/v1/users", json=body).status_code == 201
        finally:
            server.kill()

"""What is particular to Bottle: how the application is put together, and its errors."""

import json
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import bottle
import httpx
import pytest
from bottle import Bottle, HTTPResponse, abort
from contract.project import PACKAGE

web = import_module(f"{PACKAGE}.web.app")
plugins = import_module(f"{PACKAGE}.web.plugins")
openapi = import_module(f"{PACKAGE}.openapi")
Settings = import_module(f"{PACKAGE}.web").Settings
migrate = import_module(f"{PACKAGE}.migrate")

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = {**CREDENTIALS, "password": "wrong"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}

MakeApp: TypeAlias = Callable[..., Bottle]


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Makes applications, each with a database of its own."""

    def make(name: str = "test", **settings: Any) -> Bottle:
        url = f"sqlite:///{tmp_path / name}.sqlite3"
        migrate.upgrade(url)
        given = {"app_env": "test", "log_format": "json", **settings}
        app: Bottle = web.create_app(Settings(database_url=url, **given))
        return app

    return make


@pytest.fixture
def app(make_app: MakeApp) -> Bottle:
    return make_app()


def client_of(app: WSGIApplication) -> httpx.Client:
    """A client that calls the application, without a socket between them."""
    transport = httpx.WSGITransport(app, raise_app_exceptions=False)
    return httpx.Client(transport=transport, base_url="http://service")


def sign_in(client: httpx.Client, prefix: str = "") -> None:
    """Have the client send the token of a new account."""
    client.post(f"{prefix}/api/v1/users", json=CREDENTIALS)
    token = client.post(f"{prefix}/api/v1/tokens", json=CREDENTIALS).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    capfd: pytest.CaptureFixture[str], app: Bottle
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("the cause")

    app.get("/fails", callback=fail)
    response = client_of(app).get("/fails", headers=REQUEST_ID)
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
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [error] = [line for line in lines if line["level"] == "error"]
    assert (error["event"], error["request_id"]) == ("unhandled error", "of-the-test")
    assert "ZeroDivisionError: the cause" in error["exception"]


def test_what_a_view_aborts_with_is_a_problem_with_its_headers(app: Bottle) -> None:
    def later() -> None:
        raise bottle.HTTPError(503, Retry_After="7")

    app.get("/later", callback=later)
    app.get("/teapot", callback=lambda: abort(418, "said to the client nowhere"))
    client = client_of(app)
    response = client.get("/later")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
    assert client.get("/teapot", headers=REQUEST_ID).json() == {
        "type": "about:blank",
        "title": "I'm a Teapot",
        "status": 418,
        "detail": "I'm a Teapot.",
        "instance": "/teapot",
        "request_id": "of-the-test",
    }


def test_an_answer_that_a_view_makes_itself_stays_as_it_is(app: Bottle) -> None:
    app.get("/gone", callback=lambda: HTTPResponse("Gone.", 410, Content_Type="text/plain"))
    response = client_of(app).get("/gone")
    assert (response.status_code, response.text) == (410, "Gone.")
    assert response.headers["Content-Type"] == "text/plain"


def test_a_view_can_stream(app: Bottle) -> None:
    app.get("/stream", callback=lambda: (letter for letter in "abc"))
    response = client_of(app).get("/stream")
    assert response.text == "abc"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_of_the_page_s_files_there_are_no_others(app: Bottle) -> None:
    response = client_of(app).get("/docs/__init__.py")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_path_is_utf_8(app: Bottle) -> None:
    app.get("/plants/<name>", callback=lambda name: {"name": name})
    assert client_of(app).get("/plants/b\xc3\xa4rlauch").json() == {"name": "bärlauch"}


def test_the_page_escapes_what_people_have_named() -> None:
    page = bottle.template(
        "index",
        template_lookup=web.VIEWS,
        name="<b>Tasks</b>",
        description="\"Ours\" & 'yours'",
        version="1",
        url=lambda name: f"/{name}",
    )
    assert "<h1>&lt;b&gt;Tasks&lt;/b&gt;</h1>" in page
    assert "<p>&quot;Ours&quot; &amp; &#039;yours&#039;</p>" in page


def test_each_route_of_the_api_is_described_and_nothing_else(app: Bottle) -> None:
    routes = [
        (plugins.route_template(route.rule), route.method.lower())
        for route in app.routes
        if route.rule.startswith("/api/")
    ]
    described = [(operation.path, operation.method) for operation in openapi.OPERATIONS]
    assert sorted(routes) == sorted(described)


def test_two_applications_in_one_process_share_nothing(make_app: MakeApp) -> None:
    for name in ("one", "two"):
        client = client_of(make_app(name))
        assert client.post("/api/v1/users", json=CREDENTIALS).status_code == 201
    assert bottle.default_app().routes == []


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    web.create_app(Settings(app_env="test", database_url=f"sqlite:///{tmp_path}/none/none.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_without_its_redis_the_service_does_what_it_can(make_app: MakeApp) -> None:
    # Nobody listens there.
    client = client_of(make_app(redis_url="redis://127.0.0.1:1"))
    client.post("/api/v1/users", json=CREDENTIALS)
    statuses = [client.post("/api/v1/tokens", json=WRONG).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_it_can_be_called_from_within_another_application(app: Bottle) -> None:
    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Passes on what is under a prefix, as WSGI has it."""
        prefix, path = environ["PATH_INFO"][:6], environ["PATH_INFO"][6:]
        if prefix != "/inner":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"outer"]
        inner: WSGIApplication = app
        return inner(environ | {"SCRIPT_NAME": prefix, "PATH_INFO": path}, start_response)

    client = client_of(outer)
    assert client.get("/livez").text == "outer"
    assert client.get("/inner/livez").json() == {"status": "ok"}
    assert '<a href="/inner/docs">' in client.get("/inner/").text
    sign_in(client, "/inner")
    created = client.post("/inner/api/v1/tasks", json={"title": "Water the plants"})
    assert created.headers["Location"] == f"/inner/api/v1/tasks/{created.json()['id']}"
    assert client.get(created.headers["Location"]).json() == created.json()
    assert 'route="/api/v1/tasks/{id}"' in client.get("/inner/metrics").text


def test_another_application_can_be_mounted(app: Bottle) -> None:
    def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode()]

    own = Bottle()
    own.get("/hello", callback=lambda: "hello")
    app.mount("/plain/", plain)
    app.mount("/own/", own)
    client = client_of(app)
    assert client.get("/plain/a/b").text == "/a/b"
    assert client.get("/own/hello").text == "hello"
    assert client.get("/own/nothing").headers["Content-Type"] == "application/problem+json"


def test_it_can_be_mounted_in_another_bottle(app: Bottle) -> None:
    outer = Bottle()
    outer.get("/", callback=lambda: "outer")
    outer.mount("/inner/", app.wsgi)
    client = client_of(outer)
    assert client.get("/").text == "outer"
    assert client.get("/inner/livez").json() == {"status": "ok"}
    refused = client.get("/inner/api/v1/tasks", headers={"X-Request-ID": "of-the-test"})
    assert (refused.status_code, refused.headers["X-Request-ID"]) == (401, "of-the-test")

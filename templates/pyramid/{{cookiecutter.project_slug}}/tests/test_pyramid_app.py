"""What is particular to Pyramid: views, their permissions and their errors."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.project import PACKAGE
from pyramid.config import Configurator, global_registries
from pyramid.httpexceptions import HTTPFound, HTTPServiceUnavailable
from pyramid.renderers import render
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED

web = import_module(f"{PACKAGE}.web.app")
Settings = import_module(f"{PACKAGE}.web").Settings
migrate = import_module(f"{PACKAGE}.migrate")

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = {**CREDENTIALS, "password": "wrong"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}


class Application:
    """An application with a database of its own, to which views can still be added."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        url = f"sqlite:///{folder / 'test.sqlite3'}"
        migrate.upgrade(url)
        given = {"app_env": "test", "log_format": "json", **settings}
        self.wsgi = web.create_app(Settings(database_url=url, **given))
        self.config = Configurator(registry=global_registries.last, autocommit=True)
        self.client = httpx.Client(
            transport=httpx.WSGITransport(app=self.wsgi, raise_app_exceptions=False),
            base_url="http://testserver",
        )

    def add_view(self, path: str, view: Any, **options: Any) -> None:
        self.config.add_route(path, path)
        options.setdefault("permission", NO_PERMISSION_REQUIRED)
        self.config.add_view(view, route_name=path, renderer="json", **options)

    def sign_in(self) -> None:
        """Have the client send a token."""
        self.client.post("/api/v1/users", json=CREDENTIALS).raise_for_status()
        token = self.client.post("/api/v1/tokens", json=CREDENTIALS).json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    application = Application(tmp_path)
    with application.client:
        yield application


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    capfd: pytest.CaptureFixture[str], app: Application
) -> None:
    def fail(request: Request) -> None:
        raise ZeroDivisionError("the cause")

    app.add_view("/fails", fail)
    response = app.client.get("/fails", headers=REQUEST_ID)
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
    [route] = [line["route"] for line in lines if line["event"] == "request"]
    assert route == "/fails"


def test_what_a_view_raises_of_pyramid_s_errors_is_a_problem_with_its_headers(
    app: Application,
) -> None:
    def later(request: Request) -> None:
        raise HTTPServiceUnavailable("said to the client nowhere", headers=[("Retry-After", "7")])

    app.add_view("/later", later)
    response = app.client.get("/later", headers=REQUEST_ID)
    assert response.headers["Retry-After"] == "7"
    assert response.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Service Unavailable.",
        "instance": "/later",
        "request_id": "of-the-test",
    }


def test_a_view_can_redirect(app: Application) -> None:
    def leave(request: Request) -> None:
        raise HTTPFound("/livez")

    app.add_view("/leave", leave)
    response = app.client.get("/leave")
    assert (response.status_code, response.headers["Location"]) == (302, "http://testserver/livez")


def test_a_view_that_says_nothing_of_permissions_is_not_for_strangers(app: Application) -> None:
    app.add_view("/inside", lambda request: {"caller": request.caller.email}, permission=None)
    response = app.client.get("/inside", headers=REQUEST_ID)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["detail"] == "A bearer token is needed."
    app.sign_in()
    assert app.client.get("/inside").json() == {"caller": "ada@example.com"}


def test_who_is_known_but_lacks_a_permission_is_forbidden(app: Application) -> None:
    app.add_view("/hidden", lambda request: {}, permission="nobody_has_it")
    app.sign_in()
    response = app.client.get("/hidden", headers=REQUEST_ID)
    assert response.status_code == 403
    assert response.json()["detail"] == "Forbidden."


def test_a_view_may_take_several_methods_or_any(app: Application) -> None:
    app.add_view("/two", lambda request: {}, request_method=("GET", "PUT"))
    app.add_view("/any", lambda request: {}, request_param="name")
    response = app.client.post("/two")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT"}
    assert app.client.post("/any").status_code == 404


def test_what_a_view_does_not_find_is_not_found(app: Application) -> None:
    assert app.client.get("/docs/nothing").status_code == 404
    assert app.client.put("/docs/nothing").status_code == 405


def test_json_can_be_made_without_a_request(app: Application) -> None:
    with app.config:
        assert json.loads(render("json", {"one": 1})) == {"one": 1}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tasks/",
        "/api//v1/tasks",
        "/api/v1/tasks/@@",
        "/api/v1/tasks/%2e",
        "/api/v1/tasks/x/%2e%2e",
        "/@@",
    ],
)
def test_a_resource_has_one_address(app: Application, path: str) -> None:
    app.sign_in()
    assert app.client.get("/api/v1/tasks").status_code == 200
    assert app.client.get(path).status_code == 404


@pytest.mark.parametrize("root", ["/api/v1", "/api/v1/tasks", "/\xff"])
def test_a_client_does_not_choose_where_traversal_begins(app: Application, root: str) -> None:
    environ = {"HTTP_X_VHM_ROOT": root, "REMOTE_ADDR": "127.0.0.1"}
    for path, status in (("/livez", 200), ("/tasks", 404), ("/api/v1/tasks", 401)):
        response = Request.blank(path, environ=environ).get_response(app.wsgi)
        assert response.status_int == status


def test_an_error_of_a_resource_is_logged_under_its_address(
    capfd: pytest.CaptureFixture[str], app: Application
) -> None:
    for method, path in (("PUT", "/api/v1/tasks"), ("GET", "/api/v1/tasks/1"), ("GET", "/api/v2")):
        app.client.request(method, path)
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(line["route"], line["status"]) for line in lines if line["event"] == "request"] == [
        ("/api/v1/tasks", 405),
        ("/api/v1/tasks/{id}", 401),
        (None, 404),
    ]


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        client = Application(folder).client
        assert client.post("/api/v1/users", json=CREDENTIALS).status_code == 201


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    web.create_app(Settings(app_env="test", database_url=f"sqlite:///{tmp_path}/none/none.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_without_its_redis_the_service_does_what_it_can(tmp_path: Path) -> None:
    # Nobody listens there.
    client = Application(tmp_path, redis_url="redis://127.0.0.1:1").client
    client.post("/api/v1/users", json=CREDENTIALS)
    statuses = [client.post("/api/v1/tokens", json=WRONG).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]

"""What is particular to Flask: the factory, the error handlers, sessions."""

import json
import secrets
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from contract.project import PACKAGE
from flask import Flask, abort, session, stream_with_context
from flask.testing import FlaskClient
from werkzeug.exceptions import ServiceUnavailable

web = import_module(f"{PACKAGE}.web.app")
services = import_module(f"{PACKAGE}.web.services")
accounts = import_module(f"{PACKAGE}.accounts")
Settings = import_module(f"{PACKAGE}.web").Settings
migrate = import_module(f"{PACKAGE}.migrate")

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = {**CREDENTIALS, "password": "wrong"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}


def make_app(folder: Path, **settings: Any) -> Flask:
    """An application with a database of its own."""
    url = f"sqlite:///{folder / 'test.sqlite3'}"
    migrate.upgrade(url)
    given = {"app_env": "test", "log_format": "json", **settings}
    app: Flask = web.create_app(Settings(database_url=url, **given))
    return app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    capfd: pytest.CaptureFixture[str], app: Flask, client: FlaskClient
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
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [error] = [line for line in lines if line["level"] == "error"]
    assert error["event"] == "Exception on /fails [GET]"
    assert error["request_id"] == "of-the-test"
    assert "ZeroDivisionError: the cause" in error["exception"]


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

    response = client.get("/later", headers=REQUEST_ID)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
    assert client.get("/teapot", headers=REQUEST_ID).json == {
        "type": "about:blank",
        "title": "I'm a Teapot",
        "status": 418,
        "detail": "I'm a Teapot.",
        "instance": "/teapot",
        "request_id": "of-the-test",
    }
    problem = client.get("/gone").get_json()
    assert problem["detail"] == "It was archived."


def test_with_flask_s_debugger_an_error_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = make_app(tmp_path)

    @app.get("/fails")
    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fails")


def test_a_view_can_stream(app: Flask, client: FlaskClient) -> None:
    @app.get("/stream")
    def stream() -> Any:
        return stream_with_context(letter for letter in "abc")

    response = client.get("/stream")
    assert response.text == "abc"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        client = make_app(folder).test_client()
        assert client.post("/api/v1/users", json=CREDENTIALS).status_code == 201


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    web.create_app(Settings(app_env="test", database_url=f"sqlite:///{tmp_path}/none/none.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_the_services_can_be_used_without_a_request(app: Flask) -> None:
    with app.app_context():
        user = accounts.register(
            services.services().database,
            import_module(f"{PACKAGE}.schemas").Credentials(**CREDENTIALS),
        )
    assert user.email == "ada@example.com"


def test_without_its_redis_the_service_does_what_it_can(tmp_path: Path) -> None:
    # Nobody listens there.
    client = make_app(tmp_path, redis_url="redis://127.0.0.1:1").test_client()
    client.post("/api/v1/users", json=CREDENTIALS)
    statuses = [client.post("/api/v1/tokens", json=WRONG).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def add_pages(app: Flask) -> FlaskClient:
    """A client of an application with a page that counts how often it was looked at."""

    @app.get("/count")
    def count() -> dict[str, int]:
        session["count"] = session.get("count", 0) + 1
        return {"count": session["count"]}

    @app.get("/forget")
    def forget() -> str:
        session.clear()
        return ""

    return app.test_client()


def test_a_session_is_kept_in_a_cookie(app: Flask) -> None:
    client = add_pages(app)
    assert [client.get("/count").json for _ in range(3)] == [{"count": n} for n in (1, 2, 3)]
    client.get("/forget")
    assert client.get("/count").json == {"count": 1}


def test_a_cookie_that_somebody_changed_is_not_believed(app: Flask) -> None:
    client = add_pages(app)
    client.get("/count")
    cookie = client.get_cookie("session")
    assert cookie
    client.set_cookie("session", f"x{cookie.value}")
    assert client.get("/count").json == {"count": 1}


def test_a_cookie_is_not_for_scripts_nor_for_other_sites(app: Flask) -> None:
    cookie = add_pages(app).get("/count").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_in_production_a_cookie_is_for_https_only() -> None:
    [scheme, *_] = import_module(f"{PACKAGE}.databases").PRODUCTION_DATABASES
    settings = Settings(
        app_env="production",
        database_url=f"{scheme}:///nowhere",
        secret_key=secrets.token_urlsafe(48),
    )
    cookie = add_pages(web.create_app(settings)).get("/count").headers["Set-Cookie"]
    assert "Secure" in cookie.split("; ")


def test_a_request_without_a_session_is_answered_without_a_cookie(client: FlaskClient) -> None:
    response = client.get("/livez")
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers

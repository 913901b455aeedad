"""Sessions, for pages of your own: they are kept in signed cookies."""

import secrets
from collections.abc import Callable

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from pydantic import SecretStr

from {{ cookiecutter.__package_name }}.config import Settings


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


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return add_pages(app)


def test_a_session_is_kept_in_a_cookie(visitor: FlaskClient) -> None:
    assert [visitor.get("/count").json for _ in range(3)] == [{"count": n} for n in (1, 2, 3)]
    visitor.get("/forget")
    assert visitor.get("/count").json == {"count": 1}


def test_a_cookie_that_somebody_changed_is_not_believed(visitor: FlaskClient) -> None:
    visitor.get("/count")
    cookie = visitor.get_cookie("session")
    assert cookie
    visitor.set_cookie("session", f"x{cookie.value}")
    assert visitor.get("/count").json == {"count": 1}


def test_a_cookie_is_not_for_scripts_nor_for_other_sites(visitor: FlaskClient) -> None:
    cookie = visitor.get("/count").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_in_production_a_cookie_is_for_https_and_this_host_only(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    key = SecretStr(secrets.token_urlsafe(48))
    production = settings.model_copy(update={"app_env": "production", "secret_key": key})
    cookie = add_pages(make_app(production)).get("/count").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie.split("; ")


def test_a_request_without_a_session_is_answered_without_a_cookie(client: FlaskClient) -> None:
    response = client.get("/livez")
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers

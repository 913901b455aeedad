"""Sessions in signed cookies."""

import secrets
from typing import Any

import pytest
from pydantic import SecretStr
from pyramid.config import Configurator, global_registries
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database import (
    PRODUCTION_DATABASES,
)
from {{ cookiecutter.__package_name }}.web.app import create_app


def count(request: Request) -> dict[str, int]:
    """A page that counts how often it was looked at."""
    request.session["count"] = request.session.get("count", 0) + 1
    return {"count": request.session["count"]}


def make_client(**settings: Any) -> TestApp:
    app = create_app(Settings(**settings))
    config = Configurator(registry=global_registries.last, autocommit=True)
    config.add_route("count", "/count")
    config.add_view(count, route_name="count", renderer="json", permission=NO_PERMISSION_REQUIRED)
    return TestApp(app, extra_environ={"wsgi.url_scheme": "https"})


@pytest.fixture
def client() -> TestApp:
    return make_client(app_env="test")


def test_a_session_is_kept_in_a_cookie(client: TestApp) -> None:
    assert [client.get("/count").json for _ in range(3)] == [{"count": n} for n in (1, 2, 3)]


def test_a_cookie_that_somebody_changed_is_not_believed(client: TestApp) -> None:
    client.get("/count")
    client.set_cookie("session", f"x{client.cookies['session']}")
    assert client.get("/count").json == {"count": 1}


def test_a_cookie_is_not_for_scripts_nor_for_other_sites(client: TestApp) -> None:
    cookie = client.get("/count").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_in_production_a_cookie_is_for_https_and_this_host_only() -> None:
    client = make_client(
        app_env="production",
        database_url=SecretStr(f"{PRODUCTION_DATABASES[0]}:///nowhere"),
        secret_key=SecretStr(secrets.token_urlsafe(48)),
    )
    cookie = client.get("/count").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "secure" in cookie.lower().split("; ")


def test_a_request_without_a_session_is_answered_without_a_cookie(client: TestApp) -> None:
    response = client.get("/livez")
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers

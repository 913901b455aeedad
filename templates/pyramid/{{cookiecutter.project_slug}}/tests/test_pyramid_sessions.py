"""Sessions in signed cookies."""

import secrets
from importlib import import_module

import httpx
import pytest
from contract.project import PACKAGE
from pyramid.config import Configurator, global_registries
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED

web = import_module(f"{PACKAGE}.web.app")
Settings = import_module(f"{PACKAGE}.web").Settings


def count(request: Request) -> dict[str, int]:
    """A page that counts how often it was looked at."""
    request.session["count"] = request.session.get("count", 0) + 1
    return {"count": request.session["count"]}


def make_client(**settings: str) -> httpx.Client:
    app = web.create_app(Settings(**settings))
    config = Configurator(registry=global_registries.last, autocommit=True)
    config.add_route("count", "/count")
    config.add_view(count, route_name="count", renderer="json", permission=NO_PERMISSION_REQUIRED)
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://testserver")


@pytest.fixture
def client() -> httpx.Client:
    return make_client(app_env="test")


def test_a_session_is_kept_in_a_cookie(client: httpx.Client) -> None:
    assert [client.get("/count").json() for _ in range(3)] == [{"count": n} for n in (1, 2, 3)]


def test_a_cookie_that_somebody_changed_is_not_believed(client: httpx.Client) -> None:
    client.get("/count")
    cookie = client.cookies.pop("session")
    headers = {"Cookie": f"session=x{cookie}"}
    assert client.get("/count", headers=headers).json() == {"count": 1}


def test_a_cookie_is_not_for_scripts_nor_for_other_sites(client: httpx.Client) -> None:
    cookie = client.get("/count").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_in_production_a_cookie_is_for_https_only() -> None:
    [scheme, *_] = import_module(f"{PACKAGE}.databases").PRODUCTION_DATABASES
    client = make_client(
        app_env="production",
        database_url=f"{scheme}:///nowhere",
        secret_key=secrets.token_urlsafe(48),
    )
    cookie = client.get("/count").headers["Set-Cookie"]
    assert "secure" in cookie.lower().split("; ")


def test_a_request_without_a_session_is_answered_without_a_cookie(client: httpx.Client) -> None:
    response = client.get("/livez")
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers

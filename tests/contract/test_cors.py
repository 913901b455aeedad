"""Cross-origin requests from browsers: for the origins in CORS_ALLOW_ORIGINS, and no others."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .client import Account, bearer, sign_up
from .configured import ORIGIN
from .resource import Resource
from .service import Service

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
STRANGERS = [
    "https://evil.example",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil.example",
    "https://evil.app.example",
    "https://app.examples",
    "https://appXexample",
    "null",
    "*",
    "",
]


@pytest.fixture(scope="module")
def open_account(configured_service: Service) -> Account:
    with configured_service.client() as client:
        return sign_up(client)


@pytest.fixture
def browser(configured_service: Service) -> Iterator[httpx.Client]:
    with configured_service.client() as client:
        yield client


def preflight(client: httpx.Client, origin: str, method: str, path: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,if-match,x-of-my-own",
    }
    return client.options(path, headers=headers)


def cors_headers(response: httpx.Response) -> set[str]:
    return {name for name in response.headers if name.startswith("access-control-")}


def listed(value: str) -> set[str]:
    return {item.strip().lower() for item in value.split(",")}


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:3000"])
def test_an_origin_that_is_named_may_read(
    browser: httpx.Client, open_account: Account, resource: Resource, origin: str
) -> None:
    headers = {"Origin": origin, **bearer(open_account.token)}
    response = browser.get(resource.readable, headers=headers)
    assert response.status_code == 200
    assert response.headers[ALLOW_ORIGIN] == origin
    assert "origin" in listed(response.headers["Vary"])
    # What a client has to read: where a thing is, when to come back, and what to report.
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    exposed = listed(response.headers["Access-Control-Expose-Headers"])
    assert {"location", "retry-after", "x-request-id"} <= exposed


ERRORS = [
    pytest.param("GET", "/api/v1/users/me", {}, 401, id="401"),
    pytest.param("GET", "/api/v1/nowhere", {}, 404, id="404"),
    pytest.param("PUT", "/api/v1/users", {}, 405, id="405"),
    pytest.param("POST", "/api/v1/users", {"data": {"email": "x"}}, 415, id="415"),
    pytest.param("POST", "/api/v1/users", {"json": {}}, 422, id="422"),
]


@pytest.mark.parametrize(("method", "path", "request_", "status"), ERRORS)
def test_an_origin_that_is_named_may_read_errors(
    browser: httpx.Client, method: str, path: str, request_: dict[str, Any], status: int
) -> None:
    response = browser.request(method, path, headers={"Origin": ORIGIN}, **request_)
    assert response.status_code == status
    assert response.headers[ALLOW_ORIGIN] == ORIGIN


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_preflight_of_an_origin_that_is_named_succeeds(
    browser: httpx.Client, resource: Resource, method: str
) -> None:
    response = preflight(browser, ORIGIN, method, resource.path)
    assert response.status_code in {200, 204}
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert response.headers[ALLOW_ORIGIN] == ORIGIN
    assert method.lower() in listed(response.headers["Access-Control-Allow-Methods"])
    allowed = listed(response.headers["Access-Control-Allow-Headers"])
    assert {"authorization", "content-type", "if-match", "x-of-my-own"} <= allowed
    assert "origin" in listed(response.headers["Vary"])


@pytest.mark.parametrize("origin", STRANGERS)
def test_another_origin_may_not_read(browser: httpx.Client, origin: str) -> None:
    response = browser.get("/livez", headers={"Origin": origin})
    assert response.status_code == 200
    assert ALLOW_ORIGIN not in response.headers


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_preflight_of_another_origin_allows_nothing(
    browser: httpx.Client, resource: Resource, origin: str
) -> None:
    response = preflight(browser, origin, "POST", resource.path)
    assert response.status_code < 500
    assert ALLOW_ORIGIN not in response.headers


@pytest.mark.parametrize("asked", [b"a\xffb", b"a;b", b"<a>"])
def test_a_preflight_for_what_is_no_header_allows_none(
    browser: httpx.Client, resource: Resource, asked: bytes
) -> None:
    headers = {
        b"Origin": ORIGIN.encode(),
        b"Access-Control-Request-Method": b"POST",
        b"Access-Control-Request-Headers": asked,
    }
    response = browser.options(resource.path, headers=headers)
    assert response.status_code in {200, 204, 400}
    assert "Access-Control-Allow-Headers" not in response.headers


def test_by_default_no_origin_may_read(client: httpx.Client) -> None:
    assert cors_headers(client.get("/livez", headers={"Origin": ORIGIN})) == set()


def test_by_default_a_preflight_allows_nothing(client: httpx.Client, resource: Resource) -> None:
    response = preflight(client, ORIGIN, "POST", resource.path)
    assert response.status_code < 500
    assert cors_headers(response) == set()

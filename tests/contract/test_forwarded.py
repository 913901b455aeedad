"""X-Forwarded-* headers count only where they come from a proxy in FORWARDED_ALLOW_IPS."""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from .client import bearer, sign_up
from .configured import PROXY
from .headers import assert_hygienic
from .resource import Resource
from .service import Service
from .waiting import eventually

HSTS = "Strict-Transport-Security"
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def proxied_client(configured_service: Service) -> Iterator[httpx.Client]:
    with configured_service.client() as client:
        yield client


def logged_client(service: Service, forwarded_for: str | list[str]) -> str:
    """The client in the access log, for a request with this X-Forwarded-For."""
    values = [forwarded_for] if isinstance(forwarded_for, str) else forwarded_for
    request_id = uuid4().hex
    headers = [("X-Request-ID", request_id), *(("X-Forwarded-For", value) for value in values)]
    with service.client() as client:
        assert client.get("/docs", headers=headers).status_code == 200

    def found() -> list[str]:
        lines = [line for line in service.log(request_id) if line.get("request_id") == request_id]
        return [line["client"] for line in lines if "client" in line]

    eventually(lambda: bool(found()), "the access line")
    return found()[0]


@pytest.mark.parametrize("path", ["/livez", "/", "/docs", "/api/v1/tasks", "/nowhere"])
def test_over_https_every_response_asks_to_stay_with_it(
    proxied_client: httpx.Client, path: str
) -> None:
    response = proxied_client.get(path, headers=HTTPS)
    name, _, seconds = response.headers[HSTS].partition("=")
    # A year, as browsers' lists of such hosts ask.
    assert name == "max-age"
    assert int(seconds) >= 31_536_000
    assert_hygienic(response)


SHOP = {"X-Forwarded-Prefix": "/shop/"}


def test_a_path_that_the_proxy_has_taken_away_is_in_what_clients_are_told(
    proxied_client: httpx.Client, resource: Resource
) -> None:
    account = sign_up(proxied_client)
    proxied_client.headers.update({**SHOP, **bearer(account.token)})
    created = proxied_client.post(resource.path, json=resource.new())
    assert created.status_code == 201
    if "Location" in created.headers:
        assert created.headers["Location"].startswith(f"/shop{resource.path}/")
    for path in ("/api/v1/nowhere", "/nowhere"):
        assert proxied_client.get(path).json()["instance"] == f"/shop{path}"
    refused = proxied_client.post(resource.path, json={})
    assert refused.json()["instance"] == f"/shop{resource.path}"
    assert proxied_client.get("/openapi.json").json()["servers"] == [{"url": "/shop"}]


def test_links_of_pages_begin_with_it_too(proxied_client: httpx.Client) -> None:
    links = re.findall(r'<a href="([^"]+)"', proxied_client.get("/", headers=SHOP).text)
    assert {"/shop/docs", "/shop/readyz"} <= set(links)
    for link in links:
        path = link.removeprefix("/shop")
        assert path != link
        answer = proxied_client.get(path, headers=SHOP)
        while "Location" in answer.headers:
            path = httpx.URL(answer.headers["Location"]).path.removeprefix("/shop")
            assert f"/shop{path}" == httpx.URL(answer.headers["Location"]).path
            answer = proxied_client.get(path, headers=SHOP)
        assert answer.status_code == 200
        own = re.findall(r' (?:href|src|action)="(/[^"]*)"', answer.text)
        assert all(each.startswith("/shop/") for each in own), own


@pytest.mark.parametrize("prefix", ["//evil.example", "shop", "https://evil.example", "/a b", ""])
def test_what_is_no_path_is_prepended_to_nothing(proxied_client: httpx.Client, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix}
    assert proxied_client.get("/nowhere", headers=headers).json()["instance"] == "/nowhere"


def test_by_default_nobody_is_believed_about_the_path(client: httpx.Client) -> None:
    assert client.get("/nowhere", headers=SHOP).json()["instance"] == "/nowhere"
    assert not client.get("/openapi.json", headers=SHOP).json().get("servers")


@pytest.mark.parametrize("scheme", ["http", "", "ftp", "httpss", "wss"])
def test_over_anything_else_there_is_nothing_to_stay_with(
    proxied_client: httpx.Client, scheme: str
) -> None:
    response = proxied_client.get("/livez", headers={"X-Forwarded-Proto": scheme})
    assert response.status_code == 200
    assert HSTS not in response.headers


@pytest.mark.parametrize(
    "headers",
    [HTTPS, {"X-Forwarded-Ssl": "on"}, {"Forwarded": "proto=https"}, {"X-Url-Scheme": "https"}],
    ids=lambda headers: next(iter(headers)),
)
def test_by_default_nobody_is_believed_to_have_had_https(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    assert HSTS not in client.get("/livez", headers=headers).headers


def test_by_default_nobody_is_believed_about_the_client(service: Service) -> None:
    assert logged_client(service, "203.0.113.7") == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded_for", "expected"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="one proxy"),
        pytest.param(f"203.0.113.7, {PROXY}", "203.0.113.7", id="two proxies"),
        pytest.param("192.0.2.1, 203.0.113.7", "203.0.113.7", id="a claim of the client"),
        pytest.param(f"{PROXY}, 203.0.113.7, {PROXY}", "203.0.113.7", id="a claim to be a proxy"),
        pytest.param(["192.0.2.1", "203.0.113.7"], "203.0.113.7", id="two headers"),
        pytest.param("2001:db8::7", "2001:db8::7", id="IPv6"),
        pytest.param("2001:DB8:0::7", "2001:db8::7", id="IPv6 written otherwise"),
        pytest.param("203.0.113.7:1234", "203.0.113.7", id="a port"),
        pytest.param("[2001:db8::7]:1234", "2001:db8::7", id="IPv6 and a port"),
        pytest.param("[2001:db8::7]", "2001:db8::7", id="IPv6 in brackets"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.7", id="IPv4 as IPv6"),
        pytest.param(f"203.0.113.7, {PROXY}:80", "203.0.113.7", id="a port of a proxy"),
        pytest.param(f"203.0.113.7, ::ffff:{PROXY}", "203.0.113.7", id="a proxy as IPv6"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy(
    configured_service: Service, forwarded_for: str | list[str], expected: str
) -> None:
    assert logged_client(configured_service, forwarded_for) == expected


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b",",
        b"unknown",
        b"203.0.113.7:1234",
        b"[2001:db8::7]:1",
        b"\xff",
        b"a" * 4000,
        b"1," * 500,
    ],
    ids=lambda value: value[:20].decode("latin-1"),
)
def test_a_malformed_header_is_no_error_of_the_service(
    proxied_client: httpx.Client, value: bytes
) -> None:
    for name in (
        b"X-Forwarded-For",
        b"X-Forwarded-Proto",
        b"X-Forwarded-Host",
        b"X-Forwarded-Port",
    ):
        assert proxied_client.get("/livez", headers={name: value}).status_code == 200


def test_what_a_proxy_calls_no_address_is_no_proxy(configured_service: Service) -> None:
    assert logged_client(configured_service, f"203.0.113.7, unknown, {PROXY}") == "unknown"

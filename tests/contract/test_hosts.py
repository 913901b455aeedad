"""ALLOWED_HOSTS: the names that the service answers to."""

from collections.abc import Iterator

import httpx
import pytest

from .configured import HOST
from .problems import assert_problem
from .service import Service
from .wire import exchange, parse


@pytest.fixture
def named_client(configured_service: Service) -> Iterator[httpx.Client]:
    """A client of a service that has names."""
    with configured_service.client() as client:
        yield client


@pytest.mark.parametrize("host", [HOST, f"{HOST}:8000", HOST.upper(), "127.0.0.1"])
def test_its_own_names_are_answered(named_client: httpx.Client, host: str) -> None:
    assert named_client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.{HOST}", f"{HOST}.evil.example", "example", "10.0.0.1:80"],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/users/me", "/nowhere"])
def test_another_name_is_a_bad_request(named_client: httpx.Client, path: str, host: str) -> None:
    assert_problem(named_client.get(path, headers={"Host": host}), 400)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_what_probes_the_service_asks_by_address(named_client: httpx.Client, path: str) -> None:
    assert named_client.get(path, headers={"Host": "10.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:",
        "10.0.0.1:80",
        "[::1]",
        "[::1]:8000",
        "a_b.example",
        f"{'x' * 255}:80000",
    ],
)
def test_by_default_any_host_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/livez", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        pytest.param(b"good.example:80@evil.example", id="who, and where"),
        pytest.param(b"x:99999999", id="a port that is too long"),
        pytest.param(b".example.com", id="a dot at the beginning"),
        pytest.param(b"a..example.com", id="two dots"),
        pytest.param(b"x" * 256, id="more than a name has"),
        pytest.param(b"x:http", id="a port that is no number"),
        pytest.param(b"[::1", id="a bracket"),
        pytest.param(b"a b", id="a space"),
        pytest.param(b"a,b", id="a comma"),
        pytest.param(b"a/b", id="a path"),
        pytest.param(b"a?b", id="a query"),
        pytest.param(b"", id="nothing"),
        pytest.param("ü.example".encode(), id="letters that a browser would encode"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/docs", "/livez", "/api/v1/users/me"])
def test_what_is_no_host_is_a_bad_request(service: Service, path: str, host: bytes) -> None:
    head = b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    answer = parse(exchange(service, head % (path.encode(), host)))
    assert answer is not None
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "hosts",
    [
        pytest.param(b"", id="none"),
        pytest.param(b"Host: a.example\r\nHost: b.example\r\n", id="two"),
        pytest.param(b"Host: a.example\r\nHost: a.example\r\n", id="one twice"),
    ],
)
def test_a_request_has_one_host(service: Service, hosts: bytes) -> None:
    head = b"GET /livez HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n"
    answer = parse(exchange(service, head))
    assert answer is not None
    assert answer.status_code == 400


def test_before_there_were_hosts_a_request_has_none(service: Service) -> None:
    answer = parse(exchange(service, b"GET /livez HTTP/1.0\r\n\r\n"))
    assert answer is not None
    assert answer.status_code == 200


@pytest.mark.parametrize(("host", "status"), [(HOST, 200), ("evil.example", 400)])
def test_an_absolute_target_is_answered_as_its_host_is(
    configured_service: Service, host: str, status: int
) -> None:
    head = f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    answer = parse(exchange(configured_service, head.encode()))
    assert answer is not None
    assert answer.status_code == status

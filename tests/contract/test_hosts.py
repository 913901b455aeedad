"""ALLOWED_HOSTS: the names that the service answers to."""

from collections.abc import Iterator

import httpx
import pytest

from .configured import HOST
from .problems import assert_problem
from .service import Service


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


@pytest.mark.parametrize("host", ["evil.example", "x:99999999", "[::1", "a b", "", "ü.example"])
@pytest.mark.parametrize("path", ["/", "/docs", "/livez"])
def test_by_default_no_host_is_an_error_of_the_service(
    client: httpx.Client, path: str, host: str
) -> None:
    with httpx.Client(base_url=client.base_url, trust_env=False) as plain:
        response = plain.get(path, headers={b"Host": host.encode()})
    assert response.status_code in {200, 400}
    assert "evil.example" not in response.text

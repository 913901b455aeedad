"""Failed attempts to sign in: ten for one address from one client, a hundred from one client.

The clients here are told apart by X-Forwarded-For, so each test is a client of its own.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from socket import create_connection
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from .client import Account, new_email, sign_up
from .grounds import Grounds
from .service import Service
from .sign_ins import assert_too_many, attempt, client_from, fail, new_client_address, throttled


@pytest.fixture
def somebody(configured_service: Service) -> Iterator[httpx.Client]:
    with client_from(configured_service, new_client_address()) as client:
        yield client


@pytest.fixture
def account(somebody: httpx.Client) -> Account:
    return sign_up(somebody)


def test_after_ten_failures_even_the_right_password_is_refused(
    configured_service: Service, grounds: Grounds
) -> None:
    refused = throttled(grounds)
    with client_from(configured_service, refused.address) as client:
        assert_too_many(attempt(client, refused.email))
        assert_too_many(attempt(client, refused.email, refused.password))


@pytest.mark.alike("all")
def test_after_nine_failures_the_right_password_is_accepted(
    somebody: httpx.Client, account: Account
) -> None:
    fail(somebody, account.email, times=9)
    assert attempt(somebody, account.email, account.password).status_code == 201


@pytest.mark.alike("all")
def test_success_is_not_counted(somebody: httpx.Client, account: Account) -> None:
    for _ in range(12):
        assert attempt(somebody, account.email, account.password).status_code == 201


@pytest.mark.alike("all")
def test_an_unknown_address_is_counted_like_a_known_one(somebody: httpx.Client) -> None:
    email = new_email()
    began = time.monotonic()
    fail(somebody, email, times=10)
    refused = attempt(somebody, email)
    assert_too_many(refused)
    # A minute after the first there is room for another one; clocks and halves are rounded.
    assert int(refused.headers["Retry-After"]) >= 59 - (time.monotonic() - began)


@pytest.mark.alike("all")
def test_one_address_in_several_cases_is_one(somebody: httpx.Client, account: Account) -> None:
    fail(somebody, account.email, times=5)
    fail(somebody, account.email.upper(), times=5)
    assert_too_many(attempt(somebody, account.email.title(), account.password))


@pytest.mark.alike("all")
def test_another_address_from_the_same_client_is_free(
    somebody: httpx.Client, account: Account
) -> None:
    fail(somebody, new_email(), times=10)
    assert attempt(somebody, account.email, account.password).status_code == 201


def test_nobody_is_locked_out_by_another_client(
    configured_service: Service, somebody: httpx.Client, account: Account
) -> None:
    fail(somebody, account.email, times=10)
    with client_from(configured_service, new_client_address()) as other:
        assert attempt(other, account.email, account.password).status_code == 201


@pytest.mark.alike("all")
def test_of_many_failures_at_once_no_more_than_ten_are_looked_at(
    configured_service: Service, somebody: httpx.Client
) -> None:
    email = new_email()
    address = somebody.headers["X-Forwarded-For"]

    def one(_: int) -> int:
        with client_from(configured_service, address) as client:
            return attempt(client, email).status_code

    with ThreadPoolExecutor(15) as pool:
        statuses = list(pool.map(one, range(30)))
    assert statuses.count(401) <= 10
    assert set(statuses) == {401, 429}


@pytest.mark.alike("all")
def test_after_a_hundred_failures_a_client_is_refused_for_all_addresses(
    configured_service: Service, account: Account
) -> None:
    address = new_client_address()

    def twenty_five(_: int) -> None:
        with client_from(configured_service, address) as client:
            for _ in range(25):
                fail(client, new_email(), times=1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(twenty_five, range(4)))
    with client_from(configured_service, address) as client:
        assert_too_many(attempt(client, new_email()))
        assert_too_many(attempt(client, account.email, account.password))
    with client_from(configured_service, new_client_address()) as other:
        assert attempt(other, account.email, account.password).status_code == 201


@pytest.mark.alike("all")
def test_in_ipv6_a_client_has_a_network_of_addresses(
    configured_service: Service, account: Account
) -> None:
    network = ":".join(f"{part:x}" for part in (0x2001, 0xDB8, *uuid4().bytes[:2]))
    for number in range(10):
        with client_from(configured_service, f"{network}::{number + 1:x}") as client:
            fail(client, account.email, times=1)
    with client_from(configured_service, f"{network}:1:2:3:4") as client:
        assert_too_many(attempt(client, account.email, account.password))


@pytest.mark.alike("all")
def test_who_has_no_address_is_called_as_the_proxy_calls_it(configured_service: Service) -> None:
    email = new_email()
    with client_from(configured_service, f"unknown-{uuid4().hex}") as client:
        fail(client, email, times=10)
        assert_too_many(attempt(client, email))


def test_a_client_does_not_become_another_by_claiming_so(service: Service) -> None:
    email = new_email()
    for number in range(10):
        with client_from(service, f"203.0.113.{number}") as client:
            fail(client, email, times=1)
    with client_from(service, "203.0.113.10") as client:
        assert_too_many(attempt(client, email))


def test_they_are_counted_in_redis_where_there_is_one(service: Service) -> None:
    if "REDIS_URL" not in service.settings:
        pytest.skip("one process needs none")
    with service.client() as client:
        fail(client, new_email(), times=1)
    url = urlsplit(service.settings["REDIS_URL"])
    assert url.port
    with create_connection((url.hostname, url.port)) as redis:
        # Nothing else is kept there.
        redis.sendall(b"DBSIZE\r\n")
        assert int(redis.recv(64).removeprefix(b":")) > 0

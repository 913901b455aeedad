"""What a service can do without, a Redis and a collector of traces, where both are away."""

import json
from collections.abc import Iterator
from time import perf_counter

import pytest

from .client import Account, sign_up
from .processes import free_port
from .resource import Resource
from .service import OwnService, Service, Serving
from .sign_ins import assert_too_many, attempt, fail
from .sockets import close_code, open_socket


@pytest.fixture(scope="module")
def alone(serving: Serving) -> Iterator[OwnService]:
    """A service that nobody answers: nobody listens at those ports."""
    helpers = {
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}",
    }
    with serving(**helpers) as service:
        yield service


@pytest.fixture(scope="module")
def account_alone(alone: Service) -> Account:
    with alone.client() as client:
        return sign_up(client)


@pytest.mark.alike("all")
def test_calls_wait_for_neither(alone: Service, account_alone: Account, resource: Resource) -> None:
    began = perf_counter()
    with alone.client(account_alone.token) as api:
        assert api.post(resource.path, json=resource.new()).status_code == 201
        assert api.get(resource.readable).status_code == 200
    assert perf_counter() - began < 5


@pytest.mark.part("events")
@pytest.mark.alike("live")
def test_a_socket_that_could_miss_events_is_closed_and_may_try_again_later(
    alone: Service, account_alone: Account
) -> None:
    with open_socket(alone) as connection:
        connection.send(json.dumps({"access_token": account_alone.token}))
        assert close_code(connection, within=10) == 1013


@pytest.mark.alike("all")
def test_who_guesses_a_password_is_refused_all_the_same(
    alone: Service, account_alone: Account
) -> None:
    with alone.client() as client:
        fail(client, account_alone.email, times=10)
        assert_too_many(attempt(client, account_alone.email))


@pytest.mark.alike("all")
def test_the_end_waits_for_neither(alone: OwnService) -> None:
    """It runs last, as it ends the service."""
    began = perf_counter()
    assert alone.stop() == 0
    assert perf_counter() - began < 20

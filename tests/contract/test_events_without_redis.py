"""Live events, and limits, where the Redis that should carry them is away."""

import json
from collections.abc import Iterator

import pytest

from .client import Account, new_password, sign_up
from .service import Service, Serving
from .sockets import close_code, open_socket
from .tasks import create_task

pytestmark = [pytest.mark.part("events"), pytest.mark.part("tasks")]


@pytest.fixture(scope="module")
def alone(measured_serving: Serving) -> Iterator[Service]:
    """A service whose Redis does not answer: nobody listens at that port."""
    with measured_serving(REDIS_URL="redis://127.0.0.1:1") as service:
        yield service


@pytest.fixture(scope="module")
def account_alone(alone: Service) -> Account:
    with alone.client() as client:
        return sign_up(client)


def test_tasks_can_be_changed_all_the_same(alone: Service, account_alone: Account) -> None:
    with alone.client(account_alone.token) as api:
        task = create_task(api, "x")
        assert api.get(f"/api/v1/tasks/{task['id']}").json() == task


def test_a_socket_that_could_miss_events_is_closed_and_may_try_again_later(
    alone: Service, account_alone: Account
) -> None:
    with open_socket(alone) as connection:
        connection.send(json.dumps({"access_token": account_alone.token}))
        assert close_code(connection, within=10) == 1013


def test_who_guesses_a_password_is_refused_all_the_same(
    alone: Service, account_alone: Account
) -> None:
    guess = {"email": account_alone.email, "password": new_password()}
    with alone.client() as client:
        statuses = [client.post("/api/v1/tokens", json=guess).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]

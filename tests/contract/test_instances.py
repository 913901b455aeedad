"""Several workers and instances on one database, which tell each other by Redis."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import monotonic
from typing import Any, TypeVar

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from ..redis_server import RedisServer
from .client import Account, sign_up
from .prometheus import scrape
from .resource import Resource
from .service import OwnService, Service, Serving
from .sign_ins import assert_too_many, attempt, fail
from .sockets import close_code, receive, subscribed
from .tasks import create_task
from .waiting import eventually

T = TypeVar("T")


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="module")
def instances(serving: Serving, redis: RedisServer) -> Iterator[tuple[OwnService, OwnService]]:
    """Two instances; the first has two workers."""
    with serving(REDIS_URL=redis.url, WEB_CONCURRENCY="2") as first:
        shared = {"REDIS_URL": redis.url, "DATABASE_URL": first.settings["DATABASE_URL"]}
        with serving(**shared) as second:
            yield first, second


@pytest.fixture
def member(instances: tuple[Service, Service]) -> Account:
    with instances[0].client() as client:
        return sign_up(client)


def change(service: Service, token: str, number: int) -> list[dict[str, Any]]:
    """Create, rename and delete a task, each on a connection of its own."""
    with service.client(token) as api:
        task = create_task(api, f"task {number}")
    path = f"/api/v1/tasks/{task['id']}"
    with service.client(token) as api:
        renamed = api.patch(path, json={"title": f"renamed {number}"}).json()
    with service.client(token) as api:
        api.delete(path)
    return [
        {"type": "task.created", "task": task},
        {"type": "task.updated", "task": renamed},
        {"type": "task.deleted", "task": renamed},
    ]


@pytest.mark.part("events")
@pytest.mark.alike("live")
@pytest.mark.part("tasks")
def test_each_socket_hears_of_all_changes_wherever_they_are_made(
    instances: tuple[Service, Service], member: Account
) -> None:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(subscribed(service, member.token))
            for service in instances
            for _ in range(4)
        ]
        expected = [
            event
            for number in range(6)
            for event in change(instances[number % 2], member.token, number)
        ]
        for socket in sockets:
            assert [receive(socket) for _ in expected] == expected


@pytest.mark.alike("all")
def test_several_workers_are_counted_together(instances: tuple[Service, Service]) -> None:
    service, _ = instances

    def seen() -> set[float]:
        """What several scrapes say, each over a connection of its own."""
        return {over_a_new_connection(service, livez_count) for _ in range(8)}

    [before] = seen()
    for _ in range(40):
        over_a_new_connection(service, lambda client: client.get("/livez"))
    eventually(lambda: seen() == {before + 40}, "40 more in each scrape", within=5)


def livez_count(client: httpx.Client) -> float:
    return scrape(client).requests("GET", "/livez", 200)


def over_a_new_connection(service: Service, call: Callable[[httpx.Client], T]) -> T:
    with service.client() as client:
        return call(client)


@pytest.mark.alike("all")
def test_failed_sign_ins_are_counted_together(instances: tuple[Service, Service]) -> None:
    with instances[0].client() as first, instances[1].client() as second:
        account = sign_up(first)
        fail(first, account.email, times=5)
        fail(second, account.email, times=5)
        assert_too_many(attempt(first, account.email, account.password))
        assert_too_many(attempt(second, account.email, account.password))


@pytest.mark.part("events")
@pytest.mark.alike("live")
def test_a_token_revoked_at_one_instance_closes_sockets_at_the_other(
    instances: tuple[Service, Service], member: Account
) -> None:
    first, second = instances
    with subscribed(second, member.token) as socket:
        with first.client(member.token) as api:
            api.delete("/api/v1/tokens/current")
        assert close_code(socket, within=32) == 4401


@pytest.mark.part("events")
@pytest.mark.alike("live")
@pytest.mark.part("tasks")
def test_whoever_may_have_missed_something_is_told_to_come_back_when_redis_has_gone(
    instances: tuple[Service, Service], redis: RedisServer, member: Account
) -> None:
    first, second = instances
    with ExitStack() as stack:
        sockets = [stack.enter_context(subscribed(service, member.token)) for service in instances]
        redis.stop()
        assert [close_code(socket) for socket in sockets] == [1013, 1013]
        with first.client(member.token) as api:
            create_task(api, "while Redis is away")
        redis.start()
        # A worker may not have noticed yet that Redis is back.
        for _ in range(4):
            eventually(lambda: hears(first, second, member.token), "events are told again")


def hears(listening: Service, changing: Service, token: str) -> bool:
    """Whether a socket can be opened that is told of a change made elsewhere."""
    try:
        with subscribed(listening, token) as socket, changing.client(token) as api:
            task = create_task(api)
            return receive(socket) == {"type": "task.created", "task": task}
    except ConnectionClosed:
        # The loss of what was changed meanwhile has been told just now.
        return False


@pytest.mark.alike("all")
def test_a_redis_that_hangs_is_waited_for_once(
    instances: tuple[OwnService, OwnService],
    redis: RedisServer,
    member: Account,
    resource: Resource,
) -> None:
    """It runs last, as it ends one of the instances."""
    _, service = instances
    with service.client(member.token) as api, redis.paused():
        start = monotonic()
        for _ in range(10):
            assert api.post(resource.path, json=resource.new()).status_code == 201
        fail(api, member.email, times=10)
        assert_too_many(attempt(api, member.email, member.password))
        # A second for each of the two that hear nothing, and the rest for the work.
        assert monotonic() - start < 6
        start = monotonic()
        assert service.stop() == 0
        assert monotonic() - start < 5

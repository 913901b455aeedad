"""Live events while the Redis that carries them goes away and comes back."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from websockets.exceptions import ConnectionClosed

from .backing.redis import RedisServer
from .client import sign_up
from .service import Service, Serving
from .sockets import close_code, receive, subscribed
from .tasks import create_task
from .waiting import eventually

pytestmark = [pytest.mark.part("events"), pytest.mark.part("tasks")]


class Pair(NamedTuple):
    """Two instances on one database and a Redis of their own, and somebody with an account."""

    redis: RedisServer
    first: Service
    second: Service
    token: str


@pytest.fixture
def pair(serving: Serving, measured_serving: Serving) -> Iterator[Pair]:
    with RedisServer() as redis, measured_serving(REDIS_URL=redis.url) as first:
        database = first.settings["DATABASE_URL"]
        with serving(REDIS_URL=redis.url, DATABASE_URL=database) as second:
            with first.client() as client:
                token = sign_up(client).token
            yield Pair(redis, first, second, token)


def hears(listening: Service, changing: Service, token: str) -> bool:
    """Whether a socket can be opened that is told of a change made elsewhere."""
    try:
        with subscribed(listening, token) as socket, changing.client(token) as api:
            task = create_task(api)
            return receive(socket) == {"type": "task.created", "task": task}
    except ConnectionClosed:
        # The loss of what was changed meanwhile has been told just now.
        return False


def test_whoever_may_have_missed_something_is_told_to_come_back(pair: Pair) -> None:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(subscribed(service, pair.token))
            for service in (pair.first, pair.second)
        ]
        pair.redis.stop()
        assert [close_code(socket) for socket in sockets] == [1013, 1013]
        with pair.first.client(pair.token) as api:
            create_task(api, "while Redis is away")
        pair.redis.start()
        eventually(lambda: hears(pair.first, pair.second, pair.token), "events are told again")

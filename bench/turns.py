"""What is done to a server in its turn; each figure is of a row, by its id."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from . import sockets
from .load import Request, fixed, full, warm
from .rows import AT_ONCE, PERCENTILES, REQUESTS, SOCKETS
from .services import CREDENTIALS, SMALL, Bare, Running, Service, memory, post, sign_in, sign_up

Figures = Iterator[tuple[str, list[float]]]
# Until what the start has taken is given back.
IDLE_SECONDS = 1
TASKS = "/api/v1/tasks"
FOR_READING, FOR_WRITING = CREDENTIALS["email"], "busy@example.com"


class Requests(NamedTuple):
    """What a server is asked, by the ids of the rows."""

    by_id: dict[str, Request]
    token: str


class Fixed(NamedTuple):
    """A load that is fixed."""

    a_second: int
    seconds: int


def prepared(base: str) -> Requests:
    """What to ask a new service, and its bare framework after it: of users who are made now."""
    for email in (FOR_READING, FOR_WRITING):
        sign_up(base, email)
    reading, writing = (sign_in(base, email) for email in (FOR_READING, FOR_WRITING))
    tasks = [post(f"{base}{TASKS}", {"title": f"Task {n}"}, reading) for n in range(40)]
    read = {"Authorization": f"Bearer {reading}"}
    json = {"Content-Type": "application/json"}
    by_id = {
        "small": Request(SMALL),
        "read": Request(f"{TASKS}/{tasks[0]['id']}", read),
        # As many as it is by default.
        "page": Request(TASKS, read),
        "create": Request(
            TASKS, json | {"Authorization": f"Bearer {writing}"}, '{"title": "Measure"}'
        ),
        "sign-in": Request(
            "/api/v1/tokens",
            json,
            f'{{"email": "{FOR_WRITING}", "password": "{CREDENTIALS["password"]}"}}',
        ),
    }
    assert by_id.keys() == REQUESTS.keys()
    return Requests(by_id, reading)


def one_worker(
    server: Service | Bare, requests: Requests, seconds: int, loads: Mapping[str, Fixed]
) -> Figures:
    """Start it, let it rest, load it by each kind of request, and stop it.

    loads: those that are fixed, by the ids of their requests.
    """
    with server.running() as at:
        yield "start", [at.start]
        time.sleep(IDLE_SECONDS)
        yield "memory-idle", [memory(at.pid)]
        for name, rate in at_most(at, requests, seconds):
            yield f"{name}-rate", [rate]
        yield "memory-loaded", [memory(at.pid)]
        for name, load in loads.items():
            request = requests.by_id[name]
            found = fixed(at.base, request, seconds=load.seconds, rate=load.a_second)
            for percentile in PERCENTILES:
                yield f"{name}-{percentile}", found.latencies


def at_most(at: Running, requests: Requests, seconds: int) -> Iterator[tuple[str, float]]:
    """How many of each kind of request a server answers in a second, by their ids."""
    _warm(at, requests)
    for name, request in requests.by_id.items():
        yield name, full(at.base, request, seconds=seconds, at_once=AT_ONCE[name]).rate


def several_workers(server: Service, requests: Requests, seconds: int, workers: int) -> Figures:
    """How the read grows with them."""
    with server.running(workers) as at:
        _warm(at, requests)
        read, at_once = requests.by_id["read"], AT_ONCE["read"]
        found = full(at.base, read, seconds=seconds, at_once=at_once)
        yield f"read-rate-{workers}", [found.rate]


def many_sockets(server: Service | Bare, requests: Requests) -> Figures:
    """What a WebSocket costs that has nothing to say."""
    with server.running() as at:
        _warm(at, requests)
        before = memory(at.pid)
        after = asyncio.run(_opened(at, requests.token))
        yield "socket-memory", [(after - before) / SOCKETS * 1024]


def _warm(at: Running, requests: Requests) -> None:
    warm(at.base, requests.by_id["read"], at_once=AT_ONCE["read"])


async def _opened(at: Running, token: str) -> float:
    listeners = await sockets.opened(at.base, token, SOCKETS)
    await asyncio.sleep(IDLE_SECONDS)
    taken = memory(at.pid)
    for listener in listeners:
        listener.close()
    return taken

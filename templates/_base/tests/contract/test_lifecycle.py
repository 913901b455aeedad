"""Stopping without losing a request, and replacing workers that die."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from socket import create_connection
from time import perf_counter, sleep

import httpx
import pytest

from .client import new_email, new_password, sign_up
from .load import run_load
from .processes import workers
from .service import STOPPING, Service, Serving
from .waiting import eventually
from .wire import read_response

USERS = "/api/v1/users"
# Seconds; far less than a server waits for a worker that does not end.
SOON = 20
# Only the first process, as Docker does, or all of them, as systemd and a terminal do.
TOLD = [
    pytest.param(Service.terminate, id="one process is told"),
    pytest.param(Service.terminate_group, id="all processes are told"),
]


@pytest.fixture(scope="module", autouse=True)
def held_up(serving: Serving) -> Iterator[tuple[Service, float]]:
    """A service that was told to stop while a client had stalled: it may take 30 s to end.

    It has this module's other tests for that.
    """
    with serving() as service, service.socket() as stalled:
        stalled.sendall(
            b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/json\r\n\r\n{"
        )
        service.terminate()
        yield service, perf_counter()


def takes_connections(service: Service) -> bool:
    try:
        create_connection(("127.0.0.1", service.port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def stopped(serving: Serving) -> Iterator["Stopped"]:
    with serving() as service:
        yield stop_in_the_middle(service)


@dataclass(frozen=True)
class Stopped:
    """What came of a service that was told to stop while all kinds of clients were there."""

    status: int
    seconds: float
    body: httpx.Response | None
    passwords: list[int]


def stop_in_the_middle(service: Service) -> Stopped:
    body = json.dumps({"email": new_email(), "password": new_password()}).encode()
    with ThreadPoolExecutor(8) as pool, service.client() as idle, service.socket() as sending:
        idle.get("/livez")
        sending.sendall(
            b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
            b"Content-Type: application/json\r\n\r\n%s" % (len(body), body[:10])
        )
        hashing = [pool.submit(create_somebody, service) for _ in range(8)]
        # As soon as the first one is answered, the others are under way.
        eventually(lambda: any(future.done() for future in hashing), "the first answer")
        service.terminate()
        began = perf_counter()
        eventually(lambda: not takes_connections(service), "connections are refused")
        sending.sendall(body[10:])
        response = read_response(sending)
        return Stopped(
            status=service.await_exit(),
            seconds=perf_counter() - began,
            body=response,
            passwords=[future.result() for future in hashing],
        )


def create_somebody(service: Service) -> int:
    with service.client() as client:
        user = {"email": new_email(), "password": new_password()}
        return client.post(USERS, json=user).status_code


def test_a_body_that_is_being_sent_is_answered_after_sigterm(stopped: Stopped) -> None:
    assert stopped.body is not None
    assert stopped.body.status_code == 201


def test_passwords_that_are_being_hashed_are_answered_after_sigterm(stopped: Stopped) -> None:
    assert stopped.passwords == [201] * 8


def test_it_ends_with_status_0_and_waits_for_no_idle_client(stopped: Stopped) -> None:
    assert stopped.status == 0
    assert stopped.seconds < 10


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("seconds", [0, 0.4, 1])
def test_it_ends_soon_when_it_is_stopped_while_it_starts(
    serving: Serving, seconds: float, told: Callable[[Service], None]
) -> None:
    with serving(ready_at=None) as service:
        eventually(lambda: takes_connections(service), "it listens", within=30)
        sleep(seconds)
        began = perf_counter()
        told(service)
        assert service.await_exit() == 0
        assert perf_counter() - began < SOON


def test_a_worker_that_is_starting_does_not_hold_up_the_end(serving: Serving) -> None:
    with serving() as service:
        [worker] = workers(service.process.pid)
        worker.kill()
        eventually(lambda: worker not in workers(service.process.pid), "it is gone")
        began = perf_counter()
        assert service.stop() == 0
        assert perf_counter() - began < SOON


def request_bytes(method: bytes, path: bytes, token: str, body: bytes = b"") -> bytes:
    return (
        b"%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    ) % (method, path, token.encode(), len(body), body)


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("count", [1, 2], ids=["one worker", "two workers"])
def test_no_request_is_lost_when_it_is_stopped_under_load(
    serving: Serving, redis_url: str, count: int, told: Callable[[Service], None]
) -> None:
    with serving(WEB_CONCURRENCY=str(count), REDIS_URL=redis_url) as service:
        with service.client() as client:
            token = sign_up(client).token
        requests = [
            request_bytes(b"GET", b"/livez", token),
            request_bytes(b"GET", b"/api/v1/tasks?limit=1", token),
            request_bytes(b"POST", b"/api/v1/tasks", token, b'{"title": "x"}'),
            request_bytes(b"GET", b"/api/v1/users/me", token),
        ]
        tally = run_load(service.port, requests * 4, after=300, then=lambda: told(service))
        assert tally.lost == []
        assert set(tally.statuses) == {200, 201}
        assert service.await_exit() == 0


def test_a_client_that_stalls_holds_up_the_end_for_30_seconds_at_most(
    held_up: tuple[Service, float],
) -> None:
    service, began = held_up
    assert service.process.wait(STOPPING - (perf_counter() - began)) == 0

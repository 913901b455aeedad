"""Stopping without losing a request, and replacing workers that die."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import httpx
import psutil
import pytest

from .backing import Databases
from .client import Account, new_email, new_password, sign_up
from .commands import Commands
from .grounds import Grounds
from .load import run_load
from .problems import assert_problem
from .processes import free_port, is_listening, workers
from .resource import Resource
from .service import STOPPING, OwnService, Serving
from .sockets import close_code, open_socket, receive, subscribed
from .tasks import create_task
from .waiting import eventually
from .wire import read_response

USERS = "/api/v1/users"
# Seconds; far less than a server waits for a worker that does not end.
SOON = 20
DRAIN_SECONDS = 1
# Who is told to stop: only the first process, as by Docker, or all of them, as by systemd and a
# terminal. A worker takes its time whoever tells it, and the first process passes it on all the
# same: so each of the two is tried once of each kind, not with each database and number of workers.
ONE, ALL = OwnService.terminate, OwnService.terminate_group


@pytest.fixture(scope="module")
def held_up(serving: Serving) -> Iterator[Future[float]]:
    """How long a service takes that is told to stop while a client has stalled: 30 s are allowed.

    It has this module's other tests for that.
    """
    with (
        serving() as service,
        service.socket() as stalled,
        ThreadPoolExecutor(1) as waiting,
    ):
        stalled.sendall(
            b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/json\r\n\r\n{"
        )
        service.terminate()
        yield waiting.submit(seconds_to_end, service)


def seconds_to_end(service: OwnService) -> float:
    began = perf_counter()
    assert service.process.wait(STOPPING) == 0
    return perf_counter() - began


@pytest.fixture(scope="module")
def stopped(serving: Serving, grounds: Grounds) -> Iterator["Stopped"]:
    with serving(DRAIN_SECONDS=str(DRAIN_SECONDS)) as service:
        # A terminal that is closed tells all, by another signal.
        yield stop_in_the_middle(service, ONE if grounds.postgresql else OwnService.hang_up)


@dataclass(frozen=True)
class Stopped:
    """What came of a service that was told to stop while all kinds of clients were there."""

    status: int
    seconds: float
    left_behind: list[Path]
    farewells: list[httpx.Response]
    latecomers: dict[float, int]
    body: httpx.Response | None
    passwords: list[int]


def stop_in_the_middle(service: OwnService, told: Callable[[OwnService], None]) -> Stopped:
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
        told(service)
        began = perf_counter()
        heard = farewells(idle)
        late = latecomers(service, began)
        sending.sendall(body[10:])
        response = read_response(sending)
        return Stopped(
            status=service.await_exit(),
            seconds=perf_counter() - began,
            left_behind=service.shared,
            farewells=heard,
            latecomers=late,
            body=response,
            passwords=[future.result() for future in hashing],
        )


def farewells(client: httpx.Client) -> list[httpx.Response]:
    """The answers by which a client that goes on asking hears that it should close its connection.

    The first may be to what was asked before; there is none if the door is shut without a word.
    """
    heard: list[httpx.Response] = []
    end = perf_counter() + STOPPING
    with suppress(httpx.TransportError):
        while (not heard or heard[-1].status_code == 200) and perf_counter() < end:
            response = client.get("/readyz")
            if response.headers.get("Connection") == "close":
                heard.append(response)
    return heard


def latecomers(service: OwnService, began: float) -> dict[float, int]:
    """What new connections hear of `/readyz`, and after how many seconds, until none is taken."""
    heard: dict[float, int] = {}
    with suppress(httpx.TransportError):
        while perf_counter() < began + STOPPING:
            with service.client() as client:
                status = client.get("/readyz").status_code
            heard[perf_counter() - began] = status
            sleep(0.05)
    return heard


def create_somebody(service: OwnService) -> int:
    with service.client() as client:
        user = {"email": new_email(), "password": new_password()}
        return client.post(USERS, json=user).status_code


@pytest.mark.storage
def test_a_body_that_is_being_sent_is_answered_after_sigterm(stopped: Stopped) -> None:
    assert stopped.body is not None
    assert stopped.body.status_code == 201


@pytest.mark.storage
def test_passwords_that_are_being_hashed_are_answered_after_sigterm(stopped: Stopped) -> None:
    assert stopped.passwords == [201] * 8


def test_clients_are_asked_to_leave_before_connections_are_closed(stopped: Stopped) -> None:
    assert stopped.farewells


def test_it_is_not_ready_once_it_is_told_to_stop(stopped: Stopped) -> None:
    assert_problem(stopped.farewells[-1], 503, extra=["checks"])


def test_who_comes_is_answered_until_a_load_balancer_had_its_time(stopped: Stopped) -> None:
    assert set(stopped.latecomers.values()) == {503}
    # Without that time the last one is answered after a quarter of a second.
    assert max(stopped.latecomers) > DRAIN_SECONDS / 2


@pytest.mark.storage
def test_it_ends_with_status_0_and_waits_for_no_idle_client(stopped: Stopped) -> None:
    assert stopped.status == 0
    assert stopped.seconds < 10
    assert not stopped.left_behind


@pytest.mark.alike("granian")
@pytest.mark.usefixtures("held_up")
@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        # There is no other process yet.
        pytest.param(0, ONE, id="at once"),
        # A worker that starts is stopped by the first process in the test after the next.
        pytest.param(0.5, ALL, id="soon"),
    ],
)
def test_it_ends_soon_when_it_is_stopped_while_it_starts(
    serving: Serving, seconds: float, told: Callable[[OwnService], None]
) -> None:
    with serving(ready_at=None) as service:
        eventually(lambda: is_listening(service.port), "it listens", within=30)
        sleep(seconds)
        began = perf_counter()
        told(service)
        assert service.await_exit() == 0
        assert perf_counter() - began < SOON


@pytest.mark.alike("granian")
def test_it_ends_soon_as_the_first_process_of_a_container_when_it_is_stopped_while_it_starts(
    commands: Commands, databases: Databases
) -> None:
    unshare = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("this system does not let us make a namespace of processes")
    settings = {**databases.settings, "DATABASE_URL": databases.migrated()}
    outer = subprocess.Popen(
        [*unshare, *commands.project.command, "serve"],
        env=commands.environment(PORT=str(free_port()), **settings),
    )
    try:
        eventually(lambda: reads_settings(outer.pid), "it has begun")
        [inner] = psutil.Process(outer.pid).children()
        # The system throws away what such a process does not handle.
        inner.terminate()
        assert outer.wait(SOON) == 0
    finally:
        outer.kill()
        outer.wait()


def reads_settings(outer: int) -> bool:
    """Whether the process in the namespace has come so far as to read its settings."""
    return any(
        "pydantic" in Path(f"/proc/{inner.pid}/maps").read_text("utf-8")
        for inner in psutil.Process(outer).children()
    )


@pytest.mark.alike("granian")
def test_a_worker_that_is_starting_does_not_hold_up_the_end(serving: Serving) -> None:
    with serving() as service:
        [worker] = workers(service.leader)
        worker.kill()
        eventually(lambda: worker not in workers(service.leader), "it is gone")
        began = perf_counter()
        assert service.stop() == 0
        assert perf_counter() - began < SOON


def writing(resource: Resource, account: Account) -> bytes:
    """A request that can be made again and again, and writes each time."""
    if resource.example is None:
        credentials = {"email": account.email, "password": account.password}
        return request_bytes("POST", "/api/v1/tokens", "", json.dumps(credentials).encode())
    return request_bytes("POST", resource.path, account.token, resource.body())


def request_bytes(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    return (
        b"%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    ) % (method.encode(), path.encode(), token.encode(), len(body), body)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        pytest.param(
            1, ALL, id="one worker, all processes are told", marks=pytest.mark.alike("granian")
        ),
        pytest.param(2, ONE, id="two workers, one process is told"),
    ],
)
def test_no_request_is_lost_when_it_is_stopped_under_load(
    serving: Serving,
    redis_url: str,
    resource: Resource,
    count: int,
    told: Callable[[OwnService], None],
) -> None:
    settings = {"WEB_CONCURRENCY": str(count), "REDIS_URL": redis_url}
    with serving(**settings) as service:
        with service.client() as client:
            account = sign_up(client)
        requests = [
            request_bytes("GET", "/livez", account.token),
            request_bytes("GET", resource.readable, account.token),
            request_bytes("GET", "/api/v1/users/me", account.token),
            writing(resource, account),
        ]
        tally = run_load(service.port, requests * 2, after=300, then=lambda: told(service))
        assert tally.lost == []
        assert set(tally.statuses) == {200, 201}
        assert service.await_exit() == 0


@pytest.mark.part("events")
@pytest.mark.part("tasks")
def test_sigterm_closes_sockets_as_going_away_once_it_has_drained(serving: Serving) -> None:
    with serving(DRAIN_SECONDS="1") as service, service.client() as client:
        token = sign_up(client).token
        with ExitStack() as stack:
            ready = [stack.enter_context(subscribed(service, token)) for _ in range(3)]
            ready.append(stack.enter_context(open_socket(service)))
            service.terminate()
            eventually(lambda: client.get("/readyz").status_code == 503, "it is not ready")
            ready.append(stack.enter_context(subscribed(service, token)))
            task = create_task(stack.enter_context(service.client(token)))
            assert receive(ready[0]) == {"type": "task.created", "task": task}
            assert [close_code(socket) for socket in ready] == [1001] * 5
        assert service.await_exit() == 0


@pytest.mark.alike("granian")
def test_a_client_that_stalls_holds_up_the_end_for_30_seconds_at_most(
    held_up: Future[float],
) -> None:
    # A little more, for what comes before.
    assert held_up.result() < 35

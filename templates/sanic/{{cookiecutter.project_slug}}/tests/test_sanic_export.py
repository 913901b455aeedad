"""All tasks at once, as a stream: complete, in order, and never in memory as a whole."""

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from uuid import UUID

import httpx
import pytest
from contract.client import Account, sign_up
from contract.problems import assert_unauthorized
from contract.processes import resident_memory, workers
from contract.project import PACKAGE
from contract.prometheus import scrape
from contract.service import Service, Serving
from contract.waiting import eventually
from sqlalchemy import create_engine, insert, make_url
from uuid_utils.compat import uuid7

models = import_module(f"{PACKAGE}.models")
databases = import_module(f"{PACKAGE}.databases")
export = import_module(f"{PACKAGE}.export")

EXPORT = "/api/v1/tasks/export"
MEBIBYTE = 1024 * 1024
# Some 20 MB.
MANY = 60_000


def add_tasks(url: str, user_id: str, count: int) -> list[str]:
    """Add tasks without the service; their ids, the newest first."""
    parsed = make_url(url)
    driver = databases.DATABASES[parsed.get_backend_name()].MIGRATION_DRIVER
    now = datetime.now(UTC)
    rows = [
        {
            "id": uuid7(),
            "user_id": UUID(user_id),
            "title": f"{number} ".ljust(150, "x"),
            "done": False,
            "created_at": now,
            "updated_at": now,
        }
        for number in range(count)
    ]
    engine = create_engine(parsed.set(drivername=driver))
    with engine.begin() as connection:
        connection.execute(insert(models.Task), rows)
    engine.dispose()
    return sorted((str(row["id"]) for row in rows), reverse=True)


@pytest.fixture(scope="module")
def alone(serving: Serving) -> Iterator[Service]:
    """A service that nobody else talks to."""
    with serving() as service:
        yield service


@pytest.fixture
def owner(alone: Service) -> Account:
    with alone.client() as client:
        return sign_up(client)


@pytest.fixture
def own(alone: Service, owner: Account) -> Iterator[httpx.Client]:
    with alone.client(owner.token) as client:
        yield client


@pytest.mark.parametrize(
    "count", [0, 1, export.BATCH_LENGTH, 2 * export.BATCH_LENGTH + 1], ids="{} tasks".format
)
def test_all_tasks_are_there_the_newest_first(
    alone: Service, owner: Account, own: httpx.Client, count: int
) -> None:
    ids = add_tasks(alone.settings["DATABASE_URL"], owner.id, count) if count else []
    response = own.get(EXPORT)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert [line["id"] for line in lines] == ids


def test_a_line_is_a_task_as_it_is_read_alone(own: httpx.Client) -> None:
    task = own.post("/api/v1/tasks", json={"title": "x", "due_at": "2030-01-01T00:00:00Z"}).json()
    assert own.get(EXPORT).json() == task


def test_a_stranger_gets_nothing(alone: Service) -> None:
    with alone.client() as client:
        assert_unauthorized(client.get(EXPORT))


def test_head_is_answered_and_the_connection_goes_on(own: httpx.Client) -> None:
    for _ in range(2):
        head = own.head(EXPORT)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == "application/x-ndjson"
    assert own.get("/livez").status_code == 200


def test_it_is_counted_under_its_route_at_its_end(own: httpx.Client) -> None:
    before = scrape(own).requests("GET", EXPORT, 200)
    own.get(EXPORT)
    eventually(
        lambda: scrape(own).requests("GET", EXPORT, 200) == before + 1, "it is counted", within=2
    )


def start_reading(service: Service, token: str) -> socket.socket:
    """A connection on which the tasks are coming, as far as they are read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", service.port))
    connection.sendall(
        b"GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
        b"Connection: close\r\n\r\n" % (EXPORT.encode(), token.encode())
    )
    return connection


def read_rest(connection: socket.socket) -> bytes:
    received = bytearray()
    while data := connection.recv(MEBIBYTE):
        received += data
    return bytes(received)


def test_a_client_that_reads_slowly_costs_no_memory_and_stops_with_the_service_in_order(
    serving: Serving,
) -> None:
    with serving() as service:
        with service.client() as client:
            account = sign_up(client)
        ids = add_tasks(service.settings["DATABASE_URL"], account.id, MANY)
        [worker] = workers(service.process.pid)
        with start_reading(service, account.token) as connection:
            before = worker.memory_info().rss
            first = connection.recv(1000)
            time.sleep(1)
            assert worker.memory_info().rss - before < 8 * MEBIBYTE
            with service.client() as client:
                assert client.get("/readyz").status_code == 200
            service.terminate()
            time.sleep(1)
            received = first + read_rest(connection)
        assert service.await_exit() == 0
    assert received.endswith(b"\r\n0\r\n\r\n")
    assert received.count(b'{"id":"') == MANY
    assert received.index(ids[0].encode()) < received.index(ids[-1].encode())


def test_a_whole_export_takes_no_memory_to_speak_of(
    alone: Service, owner: Account, own: httpx.Client
) -> None:
    own.get(EXPORT)
    add_tasks(alone.settings["DATABASE_URL"], owner.id, MANY)
    before = peak = resident_memory(alone.process.pid)
    with own.stream("GET", EXPORT) as response:
        for _ in response.iter_bytes(MEBIBYTE):
            peak = max(peak, resident_memory(alone.process.pid))
    assert peak - before < 12 * MEBIBYTE

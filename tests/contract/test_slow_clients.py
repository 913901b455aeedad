"""Clients that stall: they are answered in the end, or given up, and nobody waits for them."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from socket import SHUT_WR, socket
from statistics import median
from time import perf_counter, sleep

import pytest

from .client import Account, new_email, new_password, sign_up
from .configured import BODY_TIMEOUT_SECONDS
from .resource import Resource
from .service import Service
from .wire import parse, read_response, receive

CHUNKED = b"Transfer-Encoding: chunked\r\n"


class Stalled:
    """A connection on which something to create has been sent in part; `rest` is missing."""

    def __init__(
        self, connection: socket, resource: Resource, token: str, *, chunked: bool
    ) -> None:
        body = resource.body()
        framing = CHUNKED if chunked else b"Content-Length: %d\r\n" % len(body)
        start = b"%x\r\n" % len(body) if chunked else b""
        end = b"\r\n0\r\n\r\n" if chunked else b""
        connection.sendall(head(resource, token) + framing + b"\r\n" + start + body[:5])
        self.rest = body[5:] + end
        self.connection = connection


def head(resource: Resource, token: str) -> bytes:
    """The head of a request but for what tells its length."""
    return (
        b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %s\r\n" % (resource.path.encode(), token.encode())
    )


@pytest.fixture
def connect(service: Service) -> Iterator[Callable[[], socket]]:
    """Opens connections, which are closed in the end."""
    with ExitStack() as connections:
        yield lambda: connections.enter_context(service.socket())


def assert_delays_nobody(service: Service) -> None:
    seconds = []
    for _ in range(5):
        began = perf_counter()
        with service.client() as client:
            assert client.get("/livez").status_code == 200
        seconds.append(perf_counter() - began)
    # What other tests have the service do meanwhile, such as hash passwords, may delay one or two.
    assert median(seconds) < 1


# With one process all of them stall in that one.
@pytest.mark.sqlite
def test_200_stalled_bodies_delay_nobody_and_are_answered_in_the_end(
    service: Service,
    account: Account,
    resource: Resource,
    connect: Callable[[], socket],
) -> None:
    stalled = [
        Stalled(connect(), resource, account.token, chunked=chunked)
        for chunked in (False, True)
        for _ in range(100)
    ]
    assert_delays_nobody(service)
    for body in stalled:
        body.connection.sendall(body.rest)
        response = read_response(body.connection)
        assert response is not None
        assert response.status_code == 201


@pytest.mark.sqlite
def test_200_stalled_heads_delay_nobody(service: Service, connect: Callable[[], socket]) -> None:
    for _ in range(200):
        connect().sendall(b"GET /livez HTTP/1.1\r\nHost: loc")
    assert_delays_nobody(service)


STALLING = {
    "declared": b"Content-Length: 100\r\n\r\n{",
    "declared and not begun": b"Content-Length: 100\r\n\r\n",
    "in chunks": CHUNKED + b"\r\n5\r\n{",
    "between chunks": CHUNKED + b"\r\n1\r\n{\r\n",
}


def test_a_body_that_stalls_is_given_up(configured_service: Service, resource: Resource) -> None:
    with configured_service.client() as client:
        token = sign_up(client).token
    heads = [
        head(resource, token),
        head(resource, "of-nobody"),
        b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    ]
    with ExitStack() as stack:
        connections = {}
        for start in heads:
            for name, rest in STALLING.items():
                connection = stack.enter_context(configured_service.socket())
                connection.sendall(start.replace(b"localhost", b"127.0.0.1") + rest)
                connections[start.split(b" ")[1], name] = connection
        ends = perf_counter() + BODY_TIMEOUT_SECONDS + 4
        for place, connection in connections.items():
            answer = receive(connection, patience=max(0.1, ends - perf_counter()))
            assert perf_counter() < ends, f"{place} is still open"
            response = parse(answer)
            assert response is None or response.status_code in {401, 404, 408}, place


def test_a_body_that_is_cut_off_creates_nothing(
    service: Service, connect: Callable[[], socket]
) -> None:
    user = {"email": new_email(), "password": new_password()}
    connection, body = connect(), json.dumps(user).encode()
    # It would be a whole one but for the last chunk.
    connection.sendall(
        b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"%s\r\n%x\r\n%s\r\n" % (CHUNKED, len(body), body)
    )
    connection.shutdown(SHUT_WR)
    response = parse(receive(connection))
    assert response is None or response.status_code == 400
    with service.client() as client:
        assert client.post("/api/v1/tokens", json=user).status_code == 401


def test_a_body_that_comes_byte_by_byte_is_read(
    account: Account, resource: Resource, connect: Callable[[], socket]
) -> None:
    connection = connect()
    connection.sendall(head(resource, account.token) + CHUNKED + b"\r\n")
    for byte in resource.body():
        connection.sendall(b"1\r\n%c\r\n" % byte)
    connection.sendall(b"0\r\n\r\n")
    response = read_response(connection)
    assert response is not None
    assert response.status_code == 201


@pytest.mark.part("resource")
def test_a_client_is_refused_and_goes_on_though_its_body_came_late(
    service: Service, resource: Resource
) -> None:
    body = resource.body()
    refusals = {resource.path: 401, "/nowhere": 404, "/livez": 405}
    with service.socket() as connection:
        for path, status in [*refusals.items(), *refusals.items()]:
            connection.sendall(
                b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % (path.encode(), len(body))
            )
            # Long enough for an answer that does not wait for the body.
            sleep(0.1)
            connection.sendall(body)
            response = read_response(connection)
            assert response is not None
            assert response.status_code == status

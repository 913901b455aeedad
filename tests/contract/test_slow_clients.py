"""Clients that stall: they get their answer in the end, and nobody waits for them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from socket import socket
from time import perf_counter, sleep

import pytest

from .client import Account
from .resource import Resource
from .service import Service
from .wire import read_response

# With one process all of them stall in that one.
pytestmark = pytest.mark.storage

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


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "in chunks"])
def test_30_stalled_bodies_delay_nobody_and_are_answered_in_the_end(
    service: Service,
    account: Account,
    resource: Resource,
    connect: Callable[[], socket],
    chunked: bool,
) -> None:
    stalled = [Stalled(connect(), resource, account.token, chunked=chunked) for _ in range(30)]
    began = perf_counter()
    for _ in range(5):
        with service.client() as client:
            assert client.get("/livez").status_code == 200
    assert perf_counter() - began < 5
    for body in stalled:
        body.connection.sendall(body.rest)
    for body in stalled:
        response = read_response(body.connection)
        assert response is not None
        assert response.status_code == 201


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
    with service.socket() as connection:
        for _ in range(3):
            connection.sendall(
                b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % (resource.path.encode(), len(body))
            )
            # Long enough for an answer that does not wait for the body.
            sleep(0.1)
            connection.sendall(body)
            response = read_response(connection)
            assert response is not None
            assert response.status_code == 401

"""Clients that stall: they get their answer in the end, and nobody waits for them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from socket import socket
from time import perf_counter, sleep

import pytest

from .client import Account
from .service import Service
from .wire import read_response

BODY = b'{"title": "x"}'
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def start(service: Service, account: Account, framing: bytes, first: bytes) -> socket:
    """A connection on which a task has been sent in part."""
    connection = service.socket()
    connection.sendall(
        b"POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %s\r\n%s\r\n%s" % (account.token.encode(), framing, first)
    )
    return connection


FRAMINGS = {
    "declared": (b"Content-Length: %d\r\n" % len(BODY), BODY[:5], BODY[5:]),
    "in chunks": (CHUNKED, b"e\r\n" + BODY[:5], BODY[5:] + b"\r\n0\r\n\r\n"),
}


@pytest.fixture
def stall(service: Service, account: Account) -> Iterator[Callable[[bytes, bytes], socket]]:
    """Starts tasks that go no further; the connections are closed in the end."""
    with ExitStack() as connections:

        def begin(framing: bytes, first: bytes) -> socket:
            return connections.enter_context(start(service, account, framing, first))

        yield begin


@pytest.mark.parametrize(("framing", "first", "rest"), FRAMINGS.values(), ids=FRAMINGS.keys())
def test_30_stalled_bodies_delay_nobody_and_are_answered_in_the_end(
    service: Service,
    stall: Callable[[bytes, bytes], socket],
    framing: bytes,
    first: bytes,
    rest: bytes,
) -> None:
    stalled = [stall(framing, first) for _ in range(30)]
    began = perf_counter()
    for _ in range(5):
        with service.client() as client:
            assert client.get("/livez").status_code == 200
    assert perf_counter() - began < 5
    for connection in stalled:
        connection.sendall(rest)
    for connection in stalled:
        response = read_response(connection)
        assert response is not None
        assert response.status_code == 201


def test_a_body_that_comes_byte_by_byte_is_read(
    stall: Callable[[bytes, bytes], socket],
) -> None:
    connection = stall(CHUNKED, b"")
    for byte in BODY:
        connection.sendall(b"1\r\n%c\r\n" % byte)
    connection.sendall(b"0\r\n\r\n")
    response = read_response(connection)
    assert response is not None
    assert response.json()["title"] == "x"


def test_a_client_is_refused_and_goes_on_though_its_body_came_late(service: Service) -> None:
    with service.socket() as connection:
        for _ in range(3):
            connection.sendall(
                b"POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)
            )
            # Long enough for an answer that does not wait for the body.
            sleep(0.1)
            connection.sendall(BODY)
            response = read_response(connection)
            assert response is not None
            assert response.status_code == 401

"""WebSocket clients of the live events."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from .service import Service

PATIENCE = 10.0


def open_socket(
    service: Service, headers: Mapping[str, str] | None = None
) -> AbstractContextManager[ClientConnection]:
    """A socket on which nothing has been said yet."""
    url = f"ws://127.0.0.1:{service.port}/api/v1/events"
    return connect(
        url, additional_headers=headers, proxy=None, open_timeout=PATIENCE, close_timeout=2
    )


def sign_in_to(socket: ClientConnection, token: str) -> None:
    """Send the token, and wait until nothing is missed any more."""
    socket.send(json.dumps({"access_token": token}))
    assert receive(socket) == {"type": "ready"}


@contextmanager
def subscribed(service: Service, token: str) -> Iterator[ClientConnection]:
    """A socket that is ready."""
    with open_socket(service) as socket:
        sign_in_to(socket, token)
        yield socket


def receive(socket: ClientConnection, *, within: float = PATIENCE) -> dict[str, Any]:
    message = socket.recv(timeout=within)
    assert isinstance(message, str)
    event: dict[str, Any] = json.loads(message)
    return event


def assert_silent(socket: ClientConnection) -> None:
    """Check that nothing comes for a moment."""
    with pytest.raises(TimeoutError):
        socket.recv(timeout=0.5)


def close_code(socket: ClientConnection, *, within: float = PATIENCE) -> int | None:
    """The code with which the service closes; messages before that are passed over."""
    end = time.monotonic() + within
    while True:
        try:
            socket.recv(timeout=max(0.0, end - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

"""WebSocket clients of the live events."""

import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from socket import socket as PlainSocket
from typing import Any

import pytest
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from .service import Service

PATIENCE = 10.0


def _url(service: Service) -> str:
    return f"ws://127.0.0.1:{service.port}/api/v1/events"


def open_socket(
    service: Service, headers: Mapping[str, str] | None = None
) -> AbstractContextManager[ClientConnection]:
    """A socket on which nothing has been said yet."""
    return connect(
        _url(service),
        additional_headers=headers,
        proxy=None,
        open_timeout=PATIENCE,
        close_timeout=2,
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
    """The next event; that the service asks whether somebody is there is none."""
    event: dict[str, Any] = {"type": "ping"}
    while event == {"type": "ping"}:
        message = socket.recv(timeout=within)
        assert isinstance(message, str)
        event = json.loads(message)
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


class Unanswering:
    """A client by hand, which tells of each frame that it gets, and answers none."""

    def __init__(self, service: Service, connection: PlainSocket) -> None:
        self._protocol = ClientProtocol(parse_uri(_url(service)))
        self._connection = connection
        self._frames: deque[Frame] = deque()
        self._protocol.send_request(self._protocol.connect())
        self._send()

    def sign_in(self, token: str) -> None:
        """Send the token, and wait for the answer."""
        # What it answers to the request for a WebSocket comes first.
        while not self._protocol.events_received():
            self._receive()
        self._protocol.send_text(json.dumps({"access_token": token}).encode())
        self._send()
        assert json.loads(bytes(self.next_frame(within=PATIENCE).data)) == {"type": "ready"}

    def next_frame(self, *, within: float) -> Frame:
        self._connection.settimeout(within)
        while not self._frames:
            self._receive()
            events = self._protocol.events_received()
            self._frames += [event for event in events if isinstance(event, Frame)]
        return self._frames.popleft()

    def _receive(self) -> None:
        self._protocol.receive_data(self._connection.recv(65536))

    def _send(self) -> None:
        for data in self._protocol.data_to_send():
            self._connection.sendall(data)

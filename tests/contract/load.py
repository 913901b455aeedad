"""Load on kept-alive connections, and on new ones, while the service is told to stop.

A request is *lost* if it has been sent on a connection that was open then, and no whole answer
came back. It is not lost if it was never sent: a client that finds its idle connection closed, or
that was asked to leave by `Connection: close`, connects anew, and where that is refused it is
done. One thread does all of it, and looks whether the connection is open directly before each
request is sent, so that nothing comes in between.
"""

import selectors
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product

MAXIMAL_SECONDS = 40


@dataclass
class Tally:
    """How the requests ended: statuses of whole answers, and what was lost."""

    statuses: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Client:
    """One connection on which one request follows the other, or none does."""

    def __init__(self, port: int, request: bytes, *, keeps: bool) -> None:
        self._address = ("127.0.0.1", port)
        self._request = request
        self._keeps = keeps
        self._received = b""
        self._must_leave = False
        self.connection = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=5)
        # Nothing here waits; the request is small enough to be sent in one piece.
        connection.setblocking(False)
        return connection

    def close(self) -> None:
        self.connection.close()

    def send(self) -> bool:
        """Send the request; False if nobody takes one any more."""
        if self._must_leave or self._is_closed():
            self.close()
            try:
                self.connection = self._connect()
            except OSError:
                return False
        self._received = b""
        self.connection.sendall(self._request)
        return True

    def _is_closed(self) -> bool:
        try:
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def receive(self, tally: Tally) -> bool:
        """Take in what has come; whether the request is over."""
        try:
            data = self.connection.recv(65536)
        except OSError:
            data = b""
        self._received += data
        status = complete_status(self._received)
        if status is not None:
            tally.statuses.append(status)
            is_asked = b"\r\nconnection: close" in self._received.lower()
            self._must_leave = is_asked or not self._keeps
            return True
        if data:
            return False
        tally.lost.append(f"{self._request[:20]!r} got {self._received!r}")
        self._must_leave = True
        return True


def complete_status(received: bytes) -> int | None:
    """The status of a response, once it is whole."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    lines = head.lower().split(b"\r\n")
    lengths = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
    is_whole = len(body) >= lengths[0] if lengths else body.endswith(b"0\r\n\r\n")
    return int(head[9:12]) if is_whole else None


def run_load(port: int, requests: list[bytes], *, after: int, then: Callable[[], None]) -> Tally:
    """Send each request again and again, until nobody takes them.

    Of each, one client keeps its connection, and another makes a new one each time.
    after: how many answers there are before `then` is called.
    """
    tally = Tally()
    with ExitStack() as opened, selectors.DefaultSelector() as waiting:
        for request, keeps in product(requests, (True, False)):
            client = Client(port, request, keeps=keeps)
            opened.callback(client.close)
            client.send()
            waiting.register(client.connection, selectors.EVENT_READ, client)
        while len(tally.statuses) < after:
            assert not tally.lost
            answer_once(waiting, tally)
        then()
        end = time.monotonic() + MAXIMAL_SECONDS
        while waiting.get_map():
            assert time.monotonic() < end, "requests are still taken, or never answered"
            answer_once(waiting, tally)
    return tally


def answer_once(waiting: selectors.BaseSelector, tally: Tally) -> None:
    """Let each client whose answer has come go on."""
    for key, _ in waiting.select(timeout=1):
        client: Client = key.data
        if client.receive(tally):
            waiting.unregister(key.fileobj)
            if client.send():
                waiting.register(client.connection, selectors.EVENT_READ, client)

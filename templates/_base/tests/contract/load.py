"""Load on kept-alive connections, while the service is told to stop.

A request is *lost* if it has been sent on a connection that was open then, and no whole answer
came back. It is not lost if it was never sent: a client that finds its idle connection closed
connects anew, and where that is refused, or an answer says `Connection: close`, it is done. One thread does all of it, and looks whether
the connection is open directly before each request is sent, so that nothing comes in between.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MAXIMAL_SECONDS = 40


@dataclass
class Tally:
    """How the requests ended: statuses of whole answers, and what was lost."""

    statuses: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class _Client:
    """One connection on which one request follows the other."""

    def __init__(self, port: int, request: bytes) -> None:
        self._address = ("127.0.0.1", port)
        self._request = request
        self.connection = self._connect()
        self._received = b""
        self._is_new = False
        self._is_asked_to_leave = False

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=5)
        # Nothing here waits; the request is small enough to be sent in one piece.
        connection.setblocking(False)
        return connection

    def send(self) -> bool:
        """Send the request; False if nobody takes one any more."""
        if self._is_asked_to_leave:
            self.connection.close()
            return False
        if self._is_closed():
            self.connection.close()
            try:
                self.connection = self._connect()
            except OSError:
                return False
            self._is_new = True
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
            head = self._received.partition(b"\r\n\r\n")[0]
            self._is_asked_to_leave = b"\r\nconnection: close" in head.lower()
            tally.statuses.append(status)
            return True
        if data:
            return False
        # A connection made after the signal may be one that nobody took any more.
        if not self._is_new:
            tally.lost.append(f"{self._request[:20]!r} got {self._received!r}")
        return True


def complete_status(received: bytes) -> int | None:
    """The status of a response with a Content-Length, once it is whole."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    lines = head.lower().split(b"\r\n")
    lengths = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
    if not lengths:
        chunked = b"transfer-encoding: chunked" in lines
        assert chunked, head
    is_whole = len(body) >= lengths[0] if lengths else body.endswith(b"0\r\n\r\n")
    return int(head[9:12]) if is_whole else None


def run_load(port: int, requests: list[bytes], *, after: int, then: Callable[[], None]) -> Tally:
    """Send each request again and again on a connection of its own, until nobody takes them.

    after: how many answers there are before `then` is called.
    """
    tally = Tally()
    end = time.monotonic() + MAXIMAL_SECONDS
    with selectors.DefaultSelector() as waiting:
        for request in requests:
            client = _Client(port, request)
            client.send()
            waiting.register(client.connection, selectors.EVENT_READ, client)
        is_told = False
        while waiting.get_map() and time.monotonic() < end:
            for key, _ in waiting.select(timeout=1):
                client = key.data
                if not client.receive(tally):
                    continue
                waiting.unregister(client.connection)
                if client.send():
                    waiting.register(client.connection, selectors.EVENT_READ, client)
            if not is_told and len(tally.statuses) >= after:
                is_told = True
                then()
        left = [key.data for key in waiting.get_map().values()]
    for client in left:
        client.connection.close()
    assert not left, "requests are still taken, or not answered, long after the signal"
    return tally

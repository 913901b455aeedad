"""A pooler before PostgreSQL in transaction mode, as PgBouncer is one, but stricter.

Each transaction of a client is given another connection to the server than the last one, so what
belongs to a session shows at once: prepared statements, locks that outlive a transaction.
"""

import selectors
import socket
import struct
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from urllib.parse import urlsplit

SERVER_CONNECTIONS = 3
PROTOCOL, CANCEL = 196_608, 80_877_102
# What else a client may begin with: whether TLS, or GSSAPI, is spoken here.
ENCRYPTION = {80_877_103, 80_877_104}


class Pooler:
    """Listens at `port` for clients of one database."""

    def __init__(self, server: tuple[str, int], user: str, database: str) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._condition = Condition()
        self._servers = [_Server(server, user, database) for _ in range(SERVER_CONNECTIONS)]
        self._idle = deque(self._servers)
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for server in self._servers:
            server.socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            code, body = _read_first(client)
            if code == CANCEL:
                # The keys that clients have are those of the first server; no test cancels here.
                return
            if b"\0options\0" in body:
                return client.sendall(_refusal("unsupported startup parameter: options"))
            client.sendall(self._servers[0].greeting)
            while True:
                first = _read(client)
                if first is None or first[:1] == b"X":
                    return
                self._transact(client, first)

    def _transact(self, client: socket.socket, first: bytes) -> None:
        """Pass a transaction on to the server connection that has been idle for longest."""
        with self._condition:
            self._condition.wait_for(lambda: self._idle)
            server = self._idle.popleft()
        try:
            server.run(client, first)
        finally:
            with self._condition:
                self._idle.append(server)
                self._condition.notify()


class _Server:
    """A connection to the server; `greeting` is what it said before it was ready."""

    def __init__(self, address: tuple[str, int], user: str, database: str) -> None:
        self.socket = socket.create_connection(address)
        parameters = b"".join(
            f"{name}\0{value}\0".encode()
            for name, value in (("user", user), ("database", database))
        )
        body = struct.pack("!I", PROTOCOL) + parameters + b"\0"
        self.socket.sendall(struct.pack("!I", len(body) + 4) + body)
        self.greeting = b""
        while not self.greeting.endswith(b"Z\0\0\0\5I"):
            self.greeting += _read(self.socket) or b""

    def run(self, client: socket.socket, first: bytes) -> None:
        """Pass on what both say in a transaction, and end it where the client has left."""
        self.socket.sendall(first)
        with selectors.DefaultSelector() as waiting:
            waiting.register(client, selectors.EVENT_READ)
            waiting.register(self.socket, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    message = _read(key.fileobj)  # type: ignore[arg-type]  # a socket
                    if key.fileobj is client:
                        if message is None or message[:1] == b"X":
                            return self._roll_back()
                        self.socket.sendall(message)
                    else:
                        assert message is not None, "the server has gone"
                        client.sendall(message)
                        if message == b"Z\0\0\0\5I":
                            return None

    def _roll_back(self) -> None:
        statement = b"ROLLBACK\0"
        self.socket.sendall(b"Q" + struct.pack("!I", len(statement) + 4) + statement)
        while _read(self.socket) != b"Z\0\0\0\5I":
            pass


def _read_first(client: socket.socket) -> tuple[int, bytes]:
    while True:
        length, code = struct.unpack("!II", _receive(client, 8))
        body = _receive(client, length - 8)
        if code not in ENCRYPTION:
            return code, body
        client.sendall(b"N")


def _read(connection: socket.socket) -> bytes | None:
    """A message of the protocol; None where the connection has been closed."""
    try:
        head = _receive(connection, 5)
        return head + _receive(connection, int.from_bytes(head[1:], "big") - 4)
    except ConnectionError:
        return None


def _receive(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def _refusal(message: str) -> bytes:
    body = f"SFATAL\0C08P01\0M{message}\0\0".encode()
    return b"E" + struct.pack("!I", len(body) + 4) + body


@contextmanager
def pooled(url: str) -> Iterator[str]:
    """The URL of a pooler before a database."""
    parts = urlsplit(url)
    assert parts.hostname
    pooler = Pooler((parts.hostname, parts.port or 5432), parts.username or "", parts.path[1:])
    credentials, at, _ = parts.netloc.rpartition("@")
    try:
        yield parts._replace(netloc=f"{credentials}{at}127.0.0.1:{pooler.port}").geturl()
    finally:
        pooler.close()

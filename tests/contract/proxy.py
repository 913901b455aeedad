"""A TCP proxy before PostgreSQL that can refuse, cut and stall connections."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from .processes import free_port

CHUNK = 65536


class Proxy:
    """Passes bytes on, until it is told otherwise; listens at `port`.

    accepted: how many connections it has taken so far.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self.port = free_port()
        self.accepted = 0
        self._target = target
        self._flowing = Event()
        self._sockets: set[socket.socket] = set()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._listener: socket.socket | None = None
        self._loses_commits = False
        self._flowing.set()

    def listen(self) -> None:
        """Welcome connections again."""
        if self._listener is not None:
            return
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self._spawn(self._accept, self._listener)

    def refuse(self) -> None:
        """Cut all connections, and refuse new ones."""
        self._turn_away()
        self.cut()

    def cut(self) -> None:
        """Cut all connections; new ones are welcome."""
        with self._lock:
            cut, self._sockets = self._sockets, set()
        for connection in cut:
            _close(connection)

    def stall(self) -> None:
        """Take connections and bytes, and pass nothing on."""
        self._flowing.clear()

    def resume(self) -> None:
        """Pass on again, first what has been kept back."""
        self._flowing.set()

    @contextmanager
    def losing_commits(self) -> Iterator[None]:
        """Pass on that a transaction is to be committed, but not the answer, and be away then."""
        self._loses_commits = True
        try:
            yield
        finally:
            self._loses_commits = False

    def close(self) -> None:
        self.refuse()
        self.resume()
        for thread in self._threads:
            thread.join(timeout=10)

    def _spawn(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _turn_away(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            _close(listener)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.accepted += 1
                with self._lock:
                    self._sockets.add(client)
                self._spawn(self._connect, client)

    def _connect(self, client: socket.socket) -> None:
        self._flowing.wait()
        try:
            server = socket.create_connection(self._target)
        except OSError:
            _close(client)
            return
        with self._lock:
            self._sockets.add(server)
        self._spawn(self._pass_on, client, server)
        self._spawn(self._pass_on, server, client)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._flowing.wait()
                if self._loses_commits and b"COMMIT\0" in data:
                    # First, so that the answer finds nobody; who passes that on closes the rest.
                    self._turn_away()
                    _close(source)
                    sink.sendall(data)
                    return
                sink.sendall(data)
        _close(source)
        _close(sink)


def _close(connection: socket.socket) -> None:
    """Wake up whoever waits for the socket, too."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def proxied(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the server of `url`, and the URL that goes through it."""
    parts = urlsplit(url)
    assert parts.hostname
    proxy = Proxy((parts.hostname, parts.port or 5432))
    credentials, at, _ = parts.netloc.rpartition("@")
    netloc = f"{credentials}{at}127.0.0.1:{proxy.port}"
    proxy.listen()
    try:
        yield proxy, parts._replace(netloc=netloc).geturl()
    finally:
        proxy.close()

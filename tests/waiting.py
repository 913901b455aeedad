"""What comes after a while, such as the answer of a process that has been started."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def served(
    command: Sequence[str | Path], port: int, *, folder: Path | None = None, **settings: str
) -> Iterator[httpx.Client]:
    """A client of what a command serves on a port, once it lives; it is killed in the end."""
    with (
        subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            await_answer(client)
            yield client
        finally:
            server.kill()


def eventually(condition: Callable[[], bool], *, within: float = 30) -> None:
    """Wait until something is so, at most for so many seconds."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def await_answer(client: httpx.Client) -> None:
    """Wait until the service lives; raises TimeoutError after 30 seconds."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if client.get("/livez").status_code == httpx.codes.OK:
                return
        time.sleep(0.05)
    raise TimeoutError

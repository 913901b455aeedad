"""The service as a process: it starts, answers, and ends when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The command of production, on a free port, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "PORT": f"{port}",
        "WEB_CONCURRENCY": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "task_service", "serve"],
        cwd=tmp_path,
        env=os.environ | settings,
        start_new_session=True,
    )
    yield process, f"http://127.0.0.1:{port}"
    # Its workers too, which a test that fails leaves running.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_it_starts_answers_and_ends(service: tuple[subprocess.Popen[bytes], str]) -> None:
    process, url = service
    for _ in range(200):
        assert process.poll() is None
        try:
            response = httpx.get(f"{url}/readyz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            break
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok"},
    }
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0

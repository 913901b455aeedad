"""What happens to a client that stalls."""

import os
import signal
import socket
from threading import Thread

import pytest
from pydantic import SecretStr

from task_service.config import Settings
from task_service.infrastructure.serving import draining, worker
from task_service.web.app import create_app

PATIENCE_SECONDS = 30


def test_who_stalls_in_the_middle_of_a_body_is_left(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "SECONDS", 0)
    settings = Settings(
        app_env="test", database_url=SecretStr(database_url), body_timeout_seconds=1
    )
    listening = socket.create_server(("127.0.0.1", 0))
    heard = []

    def stall() -> None:
        with socket.create_connection(listening.getsockname(), PATIENCE_SECONDS) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
            heard.append(client.recv(1000))
        os.kill(os.getpid(), signal.SIGTERM)

    client = Thread(target=stall)
    client.start()
    # It stops at the signal.
    worker.run(settings, lambda: create_app(settings), listening, lambda: None)
    client.join()
    assert heard == [b""]

"""Sanic's server, and the supervisor beside it."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from {{ cookiecutter.__package_name }}.infrastructure.serving import server


class FailingProcess:
    """A worker that is dead, and can be restarted only by the second try."""

    name = "worker"
    exitcode = -9

    def __init__(self) -> None:
        self.tries = 0

    def is_alive(self) -> bool:
        return self.tries == 2

    def restart(self) -> None:
        self.tries += 1
        if self.tries == 1:
            raise OSError("Cannot allocate memory")


def test_a_worker_that_can_not_be_replaced_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "NOTING_SECONDS", 0)
    process = FailingProcess()
    manager: Any = SimpleNamespace(transient_processes=[process])
    for _ in range(3):
        server._replace_dead(manager)
    assert process.tries == 2


PARENT = """
import multiprocessing
import time

from {{ cookiecutter.__package_name }}.infrastructure.serving import server

def work():
    server._take_signals()
    print("working", flush=True)
    time.sleep(60)

server._hold_signals()
multiprocessing.get_context("fork").Process(target=work).start()
time.sleep(60)
"""


def test_a_worker_whose_parent_is_killed_ends_too() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"working\n"
        parent.kill()
        # As long as it lives, the worker holds its end of the pipe.
        assert parent.stdout.read() == b""

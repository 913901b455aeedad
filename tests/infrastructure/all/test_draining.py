"""Clients are asked to leave a moment before the service stops."""

import sys
import time
from socket import create_connection, create_server
from threading import Timer
from weakref import WeakSet

import pytest

from task_service.config import Settings
from task_service.infrastructure.serving import draining


@pytest.fixture(autouse=True)
def _no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # The applications of other tests go on.
    monkeypatch.setattr(draining, "_existing", WeakSet())


def test_all_are_told_when_it_begins_and_when_it_is_over() -> None:
    told: list[str] = []
    one, other = draining.Draining(), draining.Draining()
    other.at_end = lambda: told.append("other")
    draining.begin()
    assert (one.begun, other.begun, one.over, told) == (True, True, False, [])
    draining.end()
    assert (one.over, other.over, told) == (True, True, ["other"])


def test_a_load_balancer_has_its_time_but_in_development() -> None:
    settings = Settings(app_env="test", drain_seconds=20)
    assert draining.seconds(settings) == 20
    assert draining.seconds(settings.model_copy(update={"app_env": "development"})) == 0


def test_a_worker_that_comes_meanwhile_has_what_is_left_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(app_env="test", drain_seconds=20)
    monkeypatch.setattr(draining, "ends_at", time.monotonic() + 10)
    assert 9 < draining.seconds(settings) < 10
    monkeypatch.setattr(draining, "ends_at", time.monotonic() - 1)
    assert draining.seconds(settings) == 0


def test_who_waits_is_taken_and_nobody_else_is_let_in() -> None:
    with create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()
        with create_connection(address):
            draining.refuse(listening)
            taking = Timer(2 * draining.TAKEN_SECONDS, lambda: listening.accept()[0].close())
            taking.start()
            draining.await_taken(listening)
            assert taking.finished.is_set()
        if sys.platform == "linux":
            with pytest.raises(TimeoutError):
                create_connection(address, timeout=0.2)

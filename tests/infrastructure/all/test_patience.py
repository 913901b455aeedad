"""What does not answer is left alone for a while."""

import time

import pytest

from task_service.infrastructure.patience import Rest


@pytest.fixture
def rest() -> Rest:
    return Rest(60)


def test_there_is_none_while_it_answers(rest: Rest) -> None:
    assert not rest.goes_on()


def test_it_goes_on_after_a_failure(rest: Rest) -> None:
    rest.begin()
    assert rest.goes_on()


def test_when_it_is_over_one_asks_for_all(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    rest.begin()
    later = time.monotonic() + 60
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert not rest.goes_on()
    assert rest.goes_on()


def test_an_answer_ends_it(rest: Rest) -> None:
    rest.begin()
    rest.end()
    assert not rest.goes_on()

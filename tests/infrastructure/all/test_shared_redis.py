"""A Redis that does not answer is left alone for a while."""

import pytest

from task_service.infrastructure import shared_redis


@pytest.fixture
def rest() -> shared_redis.Rest:
    return shared_redis.Rest()


def test_there_is_none_while_redis_answers(rest: shared_redis.Rest) -> None:
    assert not rest.goes_on()


def test_it_goes_on_after_a_failure(rest: shared_redis.Rest) -> None:
    rest.begin()
    assert rest.goes_on()


def test_when_it_is_over_one_asks_for_all(
    rest: shared_redis.Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(shared_redis, "REST_SECONDS", 0)
        rest.begin()
    assert not rest.goes_on()
    assert rest.goes_on()


def test_an_answer_ends_it(rest: shared_redis.Rest) -> None:
    rest.begin()
    rest.end()
    assert not rest.goes_on()

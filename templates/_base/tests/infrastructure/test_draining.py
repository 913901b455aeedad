"""Clients are asked to leave a moment before the service stops."""

from weakref import WeakSet

import pytest

from task_service.infrastructure.serving import draining


@pytest.fixture(autouse=True)
def _no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # The applications of other tests go on.
    monkeypatch.setattr(draining, "_existing", WeakSet())


def test_when_it_begins_all_are_told_once() -> None:
    told: list[str] = []
    one, other = draining.Draining(), draining.Draining()
    with (
        one.telling(lambda: told.append("one")),
        one.telling(lambda: told.append("one, too")),
        other.telling(lambda: told.append("other")),
    ):
        assert not one.begun
        draining.begin()
        draining.begin()
    assert (one.begun, other.begun) == (True, True)
    assert sorted(told) == ["one", "one, too", "other"]


def test_who_does_not_listen_any_more_is_not_told() -> None:
    told: list[str] = []
    state = draining.Draining()
    with state.telling(lambda: told.append("told")):
        pass
    state.begin()
    assert not told

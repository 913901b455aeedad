"""Clients are asked to leave a moment before the service stops."""

from importlib import import_module

from contract.project import PACKAGE

draining = import_module(f"{PACKAGE}.draining")


def test_when_it_begins_all_are_told_once() -> None:
    told = []
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
    told = []
    state = draining.Draining()
    with state.telling(lambda: told.append("told")):
        pass
    state.begin()
    assert not told

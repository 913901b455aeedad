"""The workers are told a moment before they are stopped."""

import signal
from importlib import import_module
from threading import Thread

from contract.project import PACKAGE

draining = import_module(f"{PACKAGE}.draining")


def test_the_signal_begins_it_and_all_are_told() -> None:
    told = []
    before = signal.getsignal(draining.SIGNAL)
    try:
        state = draining.Draining()
        state.when_begun(lambda: told.append("one"))
        state.when_begun(lambda: told.append("other"))
        assert not state.begun
        signal.raise_signal(draining.SIGNAL)
    finally:
        signal.signal(draining.SIGNAL, before)
    assert state.begun
    assert told == ["one", "other"]


def test_outside_of_the_main_thread_it_leaves_the_signal_alone() -> None:
    before = signal.getsignal(draining.SIGNAL)
    thread = Thread(target=draining.Draining)
    thread.start()
    thread.join()
    assert signal.getsignal(draining.SIGNAL) is before

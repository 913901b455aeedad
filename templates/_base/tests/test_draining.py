"""The workers are told a moment before they are stopped."""

import signal
import subprocess
import sys
from importlib import import_module
from threading import Thread

from contract.project import PACKAGE
from contract.waiting import eventually

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
        # It comes once more, when the time is over.
        signal.signal(draining.SIGNAL, lambda *_: told.append("end"))
        eventually(lambda: "end" in told, "the end")
    finally:
        signal.signal(draining.SIGNAL, before)
    assert state.begun
    assert told == ["one", "other", "end"]


def test_to_stop_waits_until_the_time_is_over() -> None:
    script = f"""
import os, signal, time
from {PACKAGE} import draining
draining.stay()
draining.Draining()
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(0.2)
print("stays", flush=True)
os.kill(os.getpid(), draining.SIGNAL)
time.sleep(draining.SECONDS / 2)
print("drains", flush=True)
time.sleep(5)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "stays\ndrains\n")


def test_outside_of_the_main_thread_it_leaves_the_signal_alone() -> None:
    before = signal.getsignal(draining.SIGNAL)
    thread = Thread(target=draining.Draining)
    thread.start()
    thread.join()
    assert signal.getsignal(draining.SIGNAL) is before

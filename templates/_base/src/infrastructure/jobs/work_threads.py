"""A worker: does what is due, a few jobs at a time, until it is told to stop."""

import logging
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from ..errors import Unavailable
from ..observability.processes import Figure
from .queue import LEASE_SECONDS, Queue
from .taken import Taken

CONCURRENCY = 10
POLL_SECONDS = 1.0
# What ends within so short a time is replaced together, by one statement.
GATHER_SECONDS = 0.02

_log = logging.getLogger(__name__)


class Worker:
    """Does the jobs of a queue, each in a thread.

    resources: what each is called with.
    """

    def __init__(self, queue: Queue, resources: Any) -> None:
        self._queue = queue
        self._resources = resources
        self._running: list[Taken] = []
        # What is done; and None, once it is told to stop.
        self._done: SimpleQueue[Taken | None] = SimpleQueue()

    def stop(self) -> None:
        """Have it end once what it has begun is done; from any thread, or a handler of signals."""
        self._done.put(None)

    def run(self, patience: float) -> None:
        """Do so until it is told to stop, and then for as many seconds what has been begun."""
        over = Event()
        Thread(target=self._keep, args=(over,), daemon=True).start()
        if self._waited_for_tables():
            while self._goes_on(0 if self._begin() else POLL_SECONDS):
                pass
        end = time.monotonic() + patience
        while self._running and (left := end - time.monotonic()) > 0:
            self._goes_on(left)
        # What is given back is nobody's any more.
        over.set()
        with suppress(Unavailable):
            self._queue.give_back(self._running)

    def figures(self) -> list[Figure]:
        """What a scrape is told, from any thread; nothing while the database is away."""
        with suppress(Unavailable):
            return self._queue.figures()
        return []

    def drain(self) -> None:
        """Do all that is due, what is done by itself included, one after the other, for tests."""
        self._queue.schedule()
        while taken := self._queue.take(1):
            self._queue.perform(self._resources, taken[0])

    def _waited_for_tables(self) -> bool:
        """Whether there are tables, before it is told to stop."""
        is_said = False
        while True:
            with suppress(Unavailable):
                if self._queue.has_tables():
                    return True
                if not is_said:
                    _log.warning("waiting for tables: the command `migrate` makes them")
                is_said = True
            if not self._goes_on(POLL_SECONDS):
                return False

    def _begin(self) -> bool:
        """Begin what is due; whether there was something."""
        try:
            self._queue.schedule()
            taken = self._queue.take(CONCURRENCY - len(self._running))
        except Unavailable:
            return False
        except Exception:  # noqa: BLE001  # whatever it is, it may be over soon
            _log.exception("no job can be taken")
            return False
        for each in taken:
            self._running.append(each)
            # The end of the process waits for none that hangs.
            Thread(target=self._perform, args=(each,), daemon=True).start()
        return bool(taken)

    def _perform(self, taken: Taken) -> None:
        try:
            self._queue.perform(self._resources, taken)
        finally:
            self._done.put(taken)

    def _goes_on(self, seconds: float) -> bool:
        """Wait until something is done, at most for so long; False where it was told to stop."""
        with suppress(Empty):
            done = self._done.get(timeout=seconds)
            time.sleep(GATHER_SECONDS)
            while done:
                # One that was given up has left its place before.
                if done in self._running:
                    self._running.remove(done)
                done = self._done.get_nowait()
            return False
        return True

    def _keep(self, over: Event) -> None:
        while not over.wait(LEASE_SECONDS / 3):
            # Where the database is away, others may begin them anew.
            with suppress(Unavailable):
                late = [each for each in self._running if each.is_late]
                for each in late:
                    # No thread can be ended: this one is left to itself, and its place is free.
                    self._done.put(each)
                    self._queue.give_up(each)
                self._queue.keep([each for each in self._running if each not in late])

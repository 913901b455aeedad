"""The process that watches over those that answer requests.

Not Tornado's `fork_processes`: it passes no signal on to its processes, and gives up after a
hundred restarts.
"""

import gc
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from threading import Thread

import structlog

# How long the workers may take to stop, see `worker.py`; then they are killed.
KILL_SECONDS = 33
# Before a worker that has died is replaced: one that can't start is not tried without a pause.
RESPAWN_SECONDS = 0.1
_STOP = {signal.SIGINT, signal.SIGTERM}
_AWAITED = {*_STOP, signal.SIGCHLD}

_log = structlog.get_logger(__name__)


def hold_signals() -> None:
    """Let them wait until we ask for them."""
    # It would be ignored if nothing handled it.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)


class Supervisor:
    """Keeps a number of workers alive until a signal, then has them stop.

    listening: the sockets that the workers share; work: what a worker does.
    """

    def __init__(
        self, count: int, listening: Iterable[socket.socket], work: Callable[[], None]
    ) -> None:
        self._count = count
        self._listening = listening
        self._work = work
        self._workers: list[ForkProcess] = []
        # Nobody writes to it: reading ends with the process that holds the other end, this one.
        self._end_of_parent, self._held = os.pipe()

    def run(self) -> None:
        """Start them, and watch over them."""
        # The collector marks what it looks at: the workers would no longer share that memory.
        gc.freeze()
        self._workers = [self._start() for _ in range(self._count)]
        while signal.sigwait(_AWAITED) == signal.SIGCHLD:
            self._replace_dead()
        _log.info("stopping")
        # Nobody takes a connection any more once the workers have closed theirs, too.
        for listening in self._listening:
            listening.close()
        self._stop()
        _log.info("stopped")

    def _start(self) -> ForkProcess:
        worker = get_context("fork").Process(target=self._run_worker)
        worker.start()
        return worker

    def _run_worker(self) -> None:
        os.close(self._held)
        Thread(target=self._end_with_parent, daemon=True).start()
        # Until the worker can answer, a signal just ends it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
        try:
            self._work()
        # No service that is right comes here; whatever it is, it is one line of the log.
        except Exception:  # pragma: no cover  # noqa: BLE001
            _log.exception("a worker failed")
            raise SystemExit(1) from None

    def _end_with_parent(self) -> None:
        os.read(self._end_of_parent, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _replace_dead(self) -> None:
        for number, worker in enumerate(self._workers):
            if not worker.is_alive():
                _log.error("a worker died", pid=worker.pid, status=worker.exitcode)
                time.sleep(RESPAWN_SECONDS)
                self._workers[number] = self._start()

    def _stop(self) -> None:
        for worker in self._workers:
            worker.terminate()
        end = time.monotonic() + KILL_SECONDS
        for worker in self._workers:
            worker.join(max(0, end - time.monotonic()))
            worker.kill()
            worker.join()

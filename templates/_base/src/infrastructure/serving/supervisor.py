"""The process that watches over those that answer requests."""

import fcntl
import gc
import logging
import mmap
import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from socket import socket
from threading import Thread

from ..settings import Settings
from . import FOLDER_VARIABLE, KILL_SECONDS, Work, draining

# Before a worker that has died is replaced: one that can't start is not tried without a pause.
RESPAWN_SECONDS = 0.1
# How often in a row each worker may fail to start, while no other one works.
TRIES = 5
# What is ignored from the beginning stays so, as `nohup` wants it.
_STOP = {
    number
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if signal.getsignal(number) != signal.SIG_IGN
}
_AWAITED = {*_STOP, signal.SIGALRM, signal.SIGCHLD}

_log = logging.getLogger(__name__)


def hold_signals() -> None:
    """Let them wait until the supervisor asks for them."""
    # It would be ignored if nothing handled it.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)


class Supervisor:
    """Keeps a number of workers alive until a signal, then has them stop.

    listening: the socket that the workers share; work: what a worker does. Signals are held before.
    """

    def __init__(self, settings: Settings, work: Work, listening: socket) -> None:
        self._drain_seconds = draining.seconds(settings)
        self._work = work
        self._listening = listening
        self._workers: list[ForkProcess] = []
        # Which of them have started: memory that all processes share.
        self._started = mmap.mmap(-1, settings.web_concurrency)
        self._failures = 0
        # systemd-tmpfiles leaves alone what is locked, however old.
        fcntl.flock(os.open(os.environ[FOLDER_VARIABLE], os.O_RDONLY), fcntl.LOCK_EX)
        # Nobody writes to it: reading ends with the process that holds the other end, this one.
        self._end_of_parent, self._held = os.pipe()

    def run(self) -> None:
        """Start them, and watch over them; status 1 if none can start."""
        # The collector marks what it looks at: the workers would no longer share that memory.
        gc.freeze()
        self._workers = [self._start(number) for number in range(len(self._started))]
        can_work = self._watch(*_STOP)
        _log.info("stopping")
        self._tell()
        if can_work and self._drain_seconds:
            signal.setitimer(signal.ITIMER_REAL, self._drain_seconds)
            can_work = self._watch(signal.SIGALRM)
        self._end()
        _log.info("stopped")
        if not can_work:
            raise SystemExit(1)

    def _watch(self, *until: int) -> bool:
        """Replace those that die, until one of these signals; whether there is hope."""
        can_work = True
        while can_work and signal.sigwait({*until, signal.SIGCHLD}) == signal.SIGCHLD:
            can_work = self._replace_dead()
        return can_work

    def _start(self, number: int) -> ForkProcess:
        self._started[number] = False
        worker = get_context("fork").Process(target=self._run_worker, args=(number,))
        try:
            worker.start()
        except OSError:  # pragma: no cover  # the project's own tests do it, in a process
            # There is too little memory, or there are too many processes: that may pass.
            _log.exception("a worker can't be started")
            os.kill(os.getpid(), signal.SIGCHLD)
        return worker

    def _run_worker(self, number: int) -> None:
        os.close(self._held)
        Thread(target=self._end_with_parent, args=(number,), daemon=True).start()
        # Until the worker can answer, a signal just ends it.
        for awaited in _AWAITED:
            signal.signal(awaited, signal.SIG_DFL)
        if signal.SIGHUP in _STOP:  # pragma: no branch  # under nohup, where nobody measures
            # A terminal that is closed says it to all.
            signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
        try:
            self._work(self._listening, lambda: self._note_start(number))
        # No service that is right comes here; whatever it is, it is one line of the log.
        except Exception:  # pragma: no cover  # noqa: BLE001
            _log.exception("a worker failed")
            raise SystemExit(1) from None

    def _note_start(self, number: int) -> None:
        self._started[number] = True
        if draining.ends_at is not None:
            # The others were told before it was there.
            os.kill(os.getpid(), signal.SIGTERM)

    def _end_with_parent(self, number: int) -> None:
        os.read(self._end_of_parent, 1)
        # One that has not started might throw another signal away.
        os.kill(os.getpid(), signal.SIGTERM if self._started[number] else signal.SIGKILL)

    def _replace_dead(self) -> bool:
        """Whether there is hope: a worker that has started, or tries that are left."""
        for number, worker in enumerate(self._workers):
            if worker.is_alive():
                continue
            _log.error("a worker died", extra={"pid": worker.pid, "status": worker.exitcode})
            self._failures = 0 if self._started[number] else self._failures + 1
            self._started[number] = False
            if self._failures >= TRIES * len(self._workers) and not any(self._started[:]):
                _log.critical("no worker can start")
                return False
            time.sleep(RESPAWN_SECONDS)
            self._workers[number] = self._start(number)
        return True

    def _tell(self) -> None:
        draining.ends_at = time.monotonic() + self._drain_seconds
        for number, worker in self._alive():
            if self._started[number]:
                worker.terminate()
            else:
                # It has nothing to lose, and might throw another signal away.
                worker.kill()

    def _end(self) -> None:
        # Meanwhile who was asked to leave may come back, and hears that it is not ready.
        time.sleep(draining.SECONDS / 2)
        draining.refuse(self._listening)
        # Nobody takes a connection any more once the workers have closed theirs, too.
        self._listening.close()
        end = time.monotonic() + KILL_SECONDS
        for number, worker in self._alive():
            if self._started[number]:  # pragma: no branch  # one that has not is killed, and gone
                worker.join(max(0, end - time.monotonic()))
            worker.kill()
            worker.join()

    def _alive(self) -> list[tuple[int, ForkProcess]]:
        return [each for each in enumerate(self._workers) if each[1].is_alive()]

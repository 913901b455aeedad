"""The HTTP server: Tornado's own, in several processes that take turns at one listening socket.

Not Tornado's `fork_processes`: it passes no signal on to its processes, and gives them up after a
hundred restarts.
"""

import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import ForkProcess

import structlog
from click import ClickException
from tornado.netutil import bind_sockets

from . import logs
from .web import Settings

# How many connections may wait to be taken.
BACKLOG = 1024
# How long a request may still take once its worker is stopped, and the worker after that.
DRAIN_SECONDS = 30
KILL_SECONDS = DRAIN_SECONDS + 3
# Before a worker that has died is replaced: one that can't start is not started without a pause.
RESPAWN_SECONDS = 0.1

_log = structlog.get_logger(__name__)


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one process that starts anew when the code changes."""
    logs.configure(settings)
    if reload or sys.platform == "win32":
        _serve(settings, _listen(settings), reload=reload)
        return
    # From here on they wait until we ask for them, in the workers as well, see `draining.py`.
    # SIGCHLD would be ignored if nothing handled it.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOP, signal.SIGCHLD})
    listening = _listen(settings)
    with tempfile.TemporaryDirectory(prefix="metrics-") as folder:
        # prometheus_client adds up the workers through this folder; it looks when it is imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        # What the workers import is in memory once, and a worker that is replaced is back at once.
        from . import worker  # noqa: F401

        _Workers(settings, listening).run()


def _listen(settings: Settings) -> list[socket.socket]:
    try:
        listening = bind_sockets(settings.port, settings.host, backlog=BACKLOG)
    except OSError as error:
        raise ClickException(f"{settings.host}:{settings.port}: {error.strerror}") from None
    _log.info("listening", address=settings.host, port=listening[0].getsockname()[1])
    return listening


def _serve(settings: Settings, listening: list[socket.socket], *, reload: bool = False) -> None:
    """What a process does that answers requests."""
    from . import worker

    worker.run(settings, listening, patience=DRAIN_SECONDS, reload=reload)


if sys.platform != "win32":
    _STOP = {signal.SIGINT, signal.SIGTERM}

    class _Workers:
        """The processes that answer requests; each that dies is replaced."""

        def __init__(self, settings: Settings, listening: list[socket.socket]) -> None:
            self._settings = settings
            self._listening = listening
            self._processes: list[ForkProcess] = []

        def run(self) -> None:
            """Keep them until a signal, then have them stop."""
            self._processes = [self._start() for _ in range(self._settings.web_concurrency)]
            while signal.sigwait({*_STOP, signal.SIGCHLD}) == signal.SIGCHLD:
                self._replace_dead()
            _log.info("stopping")
            for listening in self._listening:
                listening.close()
            self._stop()
            _log.info("stopped")

        def _start(self) -> ForkProcess:
            # Forked, so that it has the socket.
            process = get_context("fork").Process(target=self._work)
            process.start()
            return process

        def _work(self) -> None:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            try:
                _serve(self._settings, self._listening)
            except Exception:  # noqa: BLE001  # Whatever it is, it is one line of the log.
                _log.exception("a worker failed")
                raise SystemExit(1) from None

        def _replace_dead(self) -> None:
            for number, process in enumerate(self._processes):
                if not process.is_alive():
                    _log.error("a worker died", pid=process.pid, status=process.exitcode)
                    time.sleep(RESPAWN_SECONDS)
                    self._processes[number] = self._start()

        def _stop(self) -> None:
            for process in self._processes:
                for number in (signal.SIGUSR2, signal.SIGTERM):
                    with suppress(ProcessLookupError):
                        os.kill(process.pid or 0, number)
            end = time.monotonic() + KILL_SECONDS
            for process in self._processes:
                process.join(max(0, end - time.monotonic()))
                process.kill()
                process.join()

"""The HTTP server: granian, which loses no request when it is stopped."""

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from click import ClickException
from granian import _signals
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from ..observability import logs
from ..settings import Settings
from . import draining

# How long a request may still take once its worker is stopped.
KILL_SECONDS = 30

_STOP = (signal.SIGINT, signal.SIGTERM)
_leaving = threading.Event()


def run(
    settings: Settings, target: str, *, interface: Interfaces, reload: bool, **options: Any
) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes.

    target: what makes the application in a worker, as `module:function`; options: granian's.
    """
    logs.configure(settings)
    _refuse_used_address(settings)
    if reload:
        # A worker that is forked would keep what has been imported here, as it was.
        multiprocessing.set_start_method("spawn")
    if sys.platform != "win32":  # pragma: no branch
        os.register_at_fork(
            before=_hold_signals,
            after_in_parent=_release_signals,
            after_in_child=_forget_signals,
        )
    with tempfile.TemporaryDirectory(prefix="metrics-") as folder:
        # prometheus_client adds up the workers through this folder; it looks when it is imported,
        # which is why the application is imported in the workers only.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _Server(
            target,
            factory=True,
            interface=interface,
            address=settings.host,
            port=settings.port,
            workers=1 if reload else settings.web_concurrency,
            respawn_failed_workers=True,
            respawn_interval=0.1,
            workers_kill_timeout=KILL_SECONDS,
            log_level=LogLevels(settings.log_level.lower()),
            log_dictconfig=logs.standard_library(settings),
            reload=reload,
            reload_paths=[Path(__file__).parents[2]],
            # It waits until the code is right.
            reload_ignore_worker_failure=True,
            **options,
        ).serve()


def _refuse_used_address(settings: Settings) -> None:
    # granian would tell it in a hundred lines.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ClickException(f"{settings.host}:{settings.port}: {error.strerror}") from None


def handle_signals(*, wakes: bool) -> None:
    """Have a worker take its time when it is told to stop.

    wakes: whether something else than the main thread, an event loop, notices signals.
    """
    if sys.platform != "win32":  # pragma: no branch  # Windows ends processes without a signal
        # What "stop" is to granian's worker from here on. A terminal, or systemd, tells all
        # processes at once: the worker takes its time whoever tells it.
        _signals._get_signals = lambda: [signal.SIGUSR2]
        for number in _STOP:
            signal.signal(number, _leave)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        if not wakes:  # pragma: no cover  # each template has either
            _watch_signals()


def _hold_signals() -> None:  # pragma: no cover  # coverage sees nothing of what runs at a fork
    """Before a new process: what is sent to it at once waits, since Python would throw it away."""
    assert sys.platform != "win32"
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)


def _release_signals() -> None:  # pragma: no cover  # the same
    assert sys.platform != "win32"
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)


def _forget_signals() -> None:  # pragma: no cover  # the same
    """In a new process: "stop" ends it at once, until it has something to lose."""
    signal.set_wakeup_fd(-1)
    for number in _STOP:
        signal.signal(number, signal.SIG_DFL)
    _release_signals()


def _leave(*_signal: object) -> None:
    """Ask the clients to leave, and stop a moment later."""
    if _leaving.is_set():
        return
    _leaving.set()
    draining.begin()
    assert sys.platform != "win32"
    stop = threading.Timer(draining.SECONDS, os.kill, (os.getpid(), signal.SIGUSR2))
    stop.daemon = True
    stop.start()


def _end_with_parent() -> None:
    """Stop when the parent is killed: nobody else would tell, and the address stays in use."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _watch_signals() -> None:  # pragma: no cover  # not run by templates of ASGI
    """Have signals noticed while the main thread sleeps.

    Of a WSGI worker it waits for the end, and nothing wakes it where the system has handed the
    signal to another thread. An event loop has such a socket itself.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)

    def watch() -> None:
        with writer:
            while numbers := reader.recv(16):
                for number in numbers:
                    handle = signal.getsignal(number)
                    if callable(handle):
                        handle(number, None)

    threading.Thread(target=watch, name="signals", daemon=True).start()


class _Server(MPServer):
    """A server whose workers may be told to stop along with it, and may be killed."""

    def _respawn_workers(self, workers: list[int], *arguments: Any, **options: Any) -> None:
        # Again and again, as when memory is short: that is no failure to start, which ends it all.
        killed = [index for index in workers if (self.wrks[index].inner.exitcode or 0) < 0]
        super()._respawn_workers(workers, *arguments, **options)
        for index in killed:
            del self.respawned_wrks[index]

    def shutdown(self, exit_code: int = 0) -> None:
        # A worker that the same signal has ended, as it was starting, is no accident.
        status = {SystemExit} if self.interrupt_signal else set()
        with contextlib.suppress(*status):
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # has no annotations

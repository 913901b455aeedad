"""The HTTP server: Sanic's own, with a supervisor beside its worker manager.

By itself the manager replaces no worker that dies, breaks down where a signal reaches all processes
at once, and has workers close connections on which a request may just have been sent.
"""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import parent_process, resource_tracker
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any

import structlog
from click import ClickException
from sanic import Sanic
from sanic.server.socket import bind_socket
from sanic.worker.loader import AppLoader
from sanic.worker.manager import WorkerManager

from ..observability import logs
from ..settings import Settings
from . import development, draining
from .changes import changes

# Sanic wants a name without blanks, the same in all processes: that of the package.
APP_NAME = __name__.partition(".")[0]
BACKLOG = 1024
_STOP = (signal.SIGINT, signal.SIGTERM)
# Windows has none; there, the manager is left to itself.
_HAS_MASKS = sys.platform != "win32"
POLL_SECONDS = 0.1
NOTING_SECONDS = 0.5
# How long the workers may take to start; then Sanic kills them, and whoever has started it as well.
STARTING_SECONDS = 600

_log = structlog.get_logger(__name__)


def run(settings: Settings, factory: Callable[[], Sanic[Any, Any]], *, reload: bool) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes.

    factory: what makes the application in a worker, where it calls `stop_gently` on its start.
    """
    logs.configure(settings)
    _hold_signals()
    with (
        tempfile.TemporaryDirectory(prefix="metrics-") as folder,
        _listen(settings) as listener,
    ):
        # prometheus_client adds up the workers through this folder; it looks when it is imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from ..edge.protocol import SocketProtocol

        # Counted in tenths of a second.
        WorkerManager.THRESHOLD = STARTING_SECONDS * 10
        # Of the application the manager needs no more than the name; the workers make it.
        manager = Sanic(APP_NAME, configure_logging=False)
        manager.config.AUTO_EXTEND = False
        manager.prepare(
            sock=listener,
            protocol=SocketProtocol,
            workers=1 if reload else settings.web_concurrency,
            motd=False,
        )

        @manager.main_process_ready
        def supervise(app: Sanic[Any, Any]) -> None:
            host, port = listener.getsockname()[:2]
            _log.info("listening", url=f"http://{host}:{port}")
            if _HAS_MASKS:  # pragma: no branch  # Windows has none
                supervisor = Thread(
                    target=_supervise,
                    args=(app.manager, listener),
                    kwargs={"files": changes(development.FOLDER) if reload else None},
                    daemon=True,
                )
                supervisor.start()

        Sanic.serve(manager, app_loader=AppLoader(factory=factory))


def _listen(settings: Settings) -> socket:
    try:
        return bind_socket(settings.host, settings.port, backlog=BACKLOG)
    except OSError as error:
        raise ClickException(f"{settings.host}:{settings.port}: {error.strerror}") from None


async def stop_gently(app: Sanic[Any, Any]) -> None:
    """On a signal, ask the clients to leave, and stop a moment later."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # Once is enough; when Sanic stops, the next would end it in the middle of a request.
        _block_signals()
        if not app.ctx.edge.draining.begun:
            draining.begin()
            loop.call_later(draining.SECONDS, app.stop, False)

    if _HAS_MASKS:  # pragma: no branch  # Windows has none
        for number in _STOP:
            loop.add_signal_handler(number, stop)
        _take_signals()


def _hold_signals() -> None:
    """Have this process, and those that it starts, end by what is said here, not by a signal.

    The supervisor looks for it; the workers take it once they can end well.
    """
    if _HAS_MASKS:  # pragma: no branch  # Windows has none
        # Started later, it would let the signals through again.
        resource_tracker.ensure_running()
        _block_signals()


def _block_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)


def _take_signals() -> None:
    """Let signals through; the end of the parent, when it is killed, is one too."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    # It is for the main thread, which may have enough of it.
    _block_signals()
    while True:
        # Again and again, see `_end_processes`.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(POLL_SECONDS)


def _supervise(manager: WorkerManager, listener: socket, *, files: dict[Path, int] | None) -> None:
    """Replace workers that die; when this process is told to stop, end them before it does.

    files: those of the code, in development, where workers are replaced when they change.
    """
    while not _are_started(manager):
        time.sleep(POLL_SECONDS)
    while not signal.sigpending() & set(_STOP):
        time.sleep(POLL_SECONDS)
        if files is None:
            _replace_dead(manager)
        elif files != (files := changes(development.FOLDER)):
            development.start_anew(manager)
    # Once the workers have closed it as well, clients are refused.
    listener.close()
    _end_processes(manager)
    manager.monitor_publisher.send("__TERMINATE__")


def _are_started(manager: WorkerManager) -> bool:
    return all(process.pid for process in manager.transient_processes)


def _replace_dead(manager: WorkerManager) -> None:
    for process in manager.transient_processes:
        if process.is_alive():
            continue
        _log.warning("a worker has died", worker=process.name, exitcode=process.exitcode)
        # The manager takes note of it, unless it still waits for all to start.
        time.sleep(NOTING_SECONDS)
        try:
            process.restart()
        except Exception:  # noqa: BLE001  # Whatever it is, such as too little memory: it may pass.
            _log.exception("a worker could not be replaced", worker=process.name)


def _end_processes(manager: WorkerManager) -> None:
    # Again and again: in the middle of its start, Sanic throws signals away.
    while alive := [process for process in manager.processes if process.is_alive()]:
        for process in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        time.sleep(POLL_SECONDS)

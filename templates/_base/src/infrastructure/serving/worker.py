"""A process that answers requests by granian, from its start until the last of them is answered.

granian by itself starts processes that each listen on a socket of their own, so that a second
service can listen there as well, and what waits for a worker is lost with it; and on a signal a
worker closes connections on which a request may just have been sent.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from logging import getLevelName, getLogger
from typing import Any

from granian import _signals
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec  # type: ignore[attr-defined]  # has no __all__
from granian.server.mp import MPServer

from ..observability import logs
from ..settings import Settings
from . import draining
from .server import BACKLOG


def run(
    settings: Settings,
    create_app: Callable[[], Any],
    listening: socket.socket,
    *,
    interface: Interfaces,
    **options: Any,
) -> None:
    """Answer requests until a signal; options: granian's own."""

    def load() -> Any:
        if sys.platform != "win32":  # pragma: no branch  # Windows ends processes without a signal
            _take_signals(settings, listening)
        return create_app()

    server = _Server(
        listening,
        interface=interface,
        log_level=LogLevels(getLevelName(getLogger("_granian").getEffectiveLevel()).lower()),
        log_dictconfig=logs.standard_library(settings),
        **options,
    )
    server.serve(target_loader=load, wrap_loader=False)


class _Server(MPServer):
    """Works in this process, on a socket that is there.

    Names with an underscore are granian's own: `pyproject.toml` bounds its version for them.
    """

    def __init__(self, listening: socket.socket, **options: Any) -> None:
        super().__init__("", **options)
        self._listening = listening

    def _serve(self, spawn_target: Any, target_loader: Any) -> None:
        self._ssp, self._shd, self._sso = None, _hold(self._listening), self._listening
        worker = self._spawn_worker(0, spawn_target, target_loader)
        # What the process would do that granian makes of it.
        worker.inner.run()


def _hold(listening: socket.socket) -> Any:
    """The socket as granian takes it; it closes it when it stops."""
    if sys.platform == "win32":  # pragma: no cover  # there it takes Python's own
        return None
    holder = SocketSpec("127.0.0.1", 0, BACKLOG).build()
    os.dup2(listening.fileno(), holder.get_fd())
    return holder


def _take_signals(settings: Settings, listening: socket.socket) -> None:
    """Have a worker take its time when it is told to stop."""
    assert sys.platform != "win32"
    # What "stop" is to granian from here on. A terminal, or systemd, tells all processes at once:
    # the worker takes its time whoever tells it.
    _signals._get_signals = lambda: [signal.SIGUSR2]
    # A handler that takes a lock, as to start a thread does, may be called while that lock is held.
    told, telling = os.pipe()
    arguments = (told, draining.seconds(settings), listening)
    threading.Thread(target=_stop_once_told, args=arguments, daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.write(telling, b"."))


def _stop_once_told(told: int, seconds: int, listening: socket.socket) -> None:
    os.read(told, 1)
    draining.begin()
    time.sleep(seconds)
    draining.end()
    time.sleep(draining.SECONDS)
    draining.await_taken(listening)
    listening.close()
    assert sys.platform != "win32"
    os.kill(os.getpid(), signal.SIGUSR2)

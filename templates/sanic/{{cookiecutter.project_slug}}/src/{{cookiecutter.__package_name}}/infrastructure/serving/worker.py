"""A process that answers requests by Sanic's own server, which by itself closes at once, at a
signal, connections on which a request may just have been sent.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from socket import socket
from typing import Any

from sanic import Sanic
from sanic.log import websockets_logger

from ..edge.protocol import SocketProtocol
from ..settings import Settings
from . import draining
from .server import BACKLOG

_STOP = (signal.SIGINT, signal.SIGTERM)


def run(
    settings: Settings, app: Sanic[Any, Any], listening: socket, started: Callable[[], None]
) -> None:
    """Answer requests until a signal."""
    # Its DEBUG tells the messages, access tokens among them.
    websockets_logger.setLevel(logging.INFO)
    app.prepare(
        sock=listening,
        backlog=BACKLOG,
        protocol=SocketProtocol,
        motd=False,
        single_process=True,
        # Windows has none but Sanic's.
        register_sys_signals=sys.platform == "win32",
    )

    @app.after_server_start
    async def start(_app: Sanic[Any, Any]) -> None:
        if sys.platform != "win32":  # pragma: no branch
            _take_signals(settings, app, listening)
        started()

    @app.before_server_stop
    async def ignore_signals(_app: Sanic[Any, Any]) -> None:
        # Sanic has stopped to handle them, and the next would end it in the middle of a request.
        for number in _STOP:
            signal.signal(number, signal.SIG_IGN)

    Sanic.serve_single(app)


def _take_signals(settings: Settings, app: Sanic[Any, Any], listening: socket) -> None:
    """On a signal, ask the clients to leave, and stop a moment later."""
    loop = asyncio.get_running_loop()
    leaving: list[asyncio.Task[None]] = []

    def leave() -> None:
        # Once is enough: a whole group may be told, and a parent.
        if not leaving:
            leaving.append(loop.create_task(_leave(settings, app, listening)))

    for number in _STOP:
        loop.add_signal_handler(number, leave)


async def _leave(settings: Settings, app: Sanic[Any, Any], listening: socket) -> None:
    draining.begin()
    await asyncio.sleep(draining.seconds(settings))
    draining.end()
    await asyncio.sleep(draining.SECONDS)
    await asyncio.to_thread(draining.await_taken, listening)
    app.stop(terminate=False)

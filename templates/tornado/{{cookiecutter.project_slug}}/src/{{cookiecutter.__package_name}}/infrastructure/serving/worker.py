"""A process that answers requests, from its start until the last of them is answered."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from tornado.httpserver import HTTPServer

from ..api.application import Service
from ..settings import Settings
from . import draining

# How long a request may still take when the process has drained.
REQUEST_SECONDS = 30
# How long a connection may be open without a request.
IDLE_SECONDS = 75
# How often is looked whether the last request has been answered.
POLL_SECONDS = 0.05

_log = logging.getLogger(__name__)

if sys.platform == "win32":  # pragma: no cover
    # Not the default there: Tornado, and drivers of databases, wait for sockets by it.
    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.SelectorEventLoop
else:
    from uvloop import new_event_loop


def run(
    settings: Settings,
    create_app: Callable[[], Service],
    listening: socket.socket,
    started: Callable[[], None],
) -> None:
    """Answer requests until a signal; the service is made once there is an event loop."""
    # What it tells of malformed requests repeats them, with all secrets that may be in there.
    logging.getLogger("tornado.general").setLevel(logging.WARNING)
    # Tornado takes connections until there are none, and waits for the next by the loop.
    listening.setblocking(False)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(settings, create_app, listening, started))


async def _serve(
    settings: Settings,
    create_app: Callable[[], Service],
    listening: socket.socket,
    started: Callable[[], None],
) -> None:
    service = create_app()
    # How long a body may be is not Tornado's to say, see `api/bodies.py`.
    server = HTTPServer(
        service,
        max_body_size=sys.maxsize,
        idle_connection_timeout=IDLE_SECONDS,
        body_timeout=service.body_timeout_seconds,
    )
    stopped = asyncio.Event()
    if sys.platform != "win32":  # pragma: no branch  # it has KeyboardInterrupt
        # A second one changes nothing: a whole group may be told, and a parent.
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with service.running():
        server.add_sockets([listening])
        started()
        _log.info("serving", extra={"pid": os.getpid()})
        await stopped.wait()
        _log.info("draining", extra={"pid": os.getpid(), "unanswered": len(service.unanswered)})
        draining.begin()
        await asyncio.sleep(draining.seconds(settings))
        draining.end()
        await asyncio.sleep(draining.SECONDS)
        await asyncio.to_thread(draining.await_taken, listening)
        server.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(REQUEST_SECONDS):
                await _answer_all(service)
        await server.close_all_connections()
    _log.info("ended", extra={"pid": os.getpid()})


async def _answer_all(service: Service) -> None:
    """Wait until all requests have been answered, those included that are just coming in."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        if service.is_idle:
            return

"""How the application is served: by granian, which speaks WSGI to it."""

from collections.abc import Callable
from functools import partial
from socket import socket

from granian.constants import Interfaces

from ..config import Settings
from ..infrastructure.serving import server, worker


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one process that starts anew when the code changes."""
    application = f"{__package__}.app"
    server.run(settings, partial(work, settings), application=application, reload=reload)


def work(settings: Settings, listening: socket, started: Callable[[], None]) -> None:
    """Answer requests, in a process of its own."""
    from .app import create_app

    worker.run(
        settings,
        create_app,
        listening,
        started,
        interface=Interfaces.WSGI,
        # Threads are started when they are needed, and end when they are not. A client that stalls
        # in the middle of a body holds one up.
        blocking_threads=64,
        websockets=False,
    )

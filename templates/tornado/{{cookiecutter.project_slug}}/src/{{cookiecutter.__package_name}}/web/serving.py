"""How the application is served: by Tornado, in processes that share a listening socket."""

from collections.abc import Callable
from functools import partial
from socket import socket

from ..config import Settings
from ..infrastructure.serving import server
from ..worker import run_beside


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one process that starts anew when the code changes."""
    application = f"{__package__}.app"
    server.run(
        settings,
        partial(work, settings),
        application=application,
        jobs=run_beside,
        reload=reload,
    )


def work(settings: Settings, listening: socket, started: Callable[[], None]) -> None:
    """Answer requests, in a process of its own."""
    from ..infrastructure.serving import worker
    from .app import create_app

    worker.run(settings, create_app, listening, started)

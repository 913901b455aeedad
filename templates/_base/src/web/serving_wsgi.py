"""How the application is served: by granian, and in threads, since it is one of WSGI."""

from collections.abc import Callable
from functools import partial
from socket import socket

from granian.constants import Interfaces

from ..config import Settings
from ..infrastructure.serving import server, worker


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one process that starts anew when the code changes."""
    application = f"{__package__}.app"
    server.run(
        settings,
        partial(work, settings),
        application=application,
        jobs=do_jobs,
        reload=reload,
    )


def do_jobs(settings: Settings) -> None:
    """Do background jobs, beside what serves for development."""
    # It imports what counts requests, which the process that starts the workers must not do before
    # it has said where.
    from ..worker import run_beside

    run_beside(settings)


def work(settings: Settings, listening: socket, started: Callable[[], None]) -> None:
    """Answer requests, in a process of its own."""
    # What they import counts requests, in the worker.
    from ..infrastructure.serving.threads import Threaded
    from .app import create_app

    def create_threaded_app() -> Threaded:
        app = Threaded(
            create_app(),
            max_body_bytes=settings.max_body_bytes,
            body_timeout_seconds=settings.body_timeout_seconds,
        )
        started()
        return app

    # Without lifespan, of which WSGI knows nothing.
    interface = Interfaces.ASGINL
    worker.run(settings, create_threaded_app, listening, interface=interface, websockets=False)

"""How the application is served: by granian, which speaks ASGI to it."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from socket import socket
from typing import Any

from granian.constants import Interfaces

from ..config import Settings
from ..infrastructure.serving import server, worker

_log = logging.getLogger(__name__)


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
    from .app import create_app

    def create_telling_app() -> Callable[..., Awaitable[None]]:
        return telling(create_app(), started)

    worker.run(settings, create_telling_app, listening, interface=Interfaces.ASGI)


def telling(
    app: Callable[..., Awaitable[None]], started: Callable[[], None]
) -> Callable[..., Awaitable[None]]:
    """The application; tells when it has started, which may fail after it was made, and logs what
    it raises: granian would do so without the request's id.
    """

    async def tell_of(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            path = scope["path"]
            try:
                await app(scope, receive, send)
            except Exception:  # noqa: BLE001  # it has been answered
                members = {"path": path, "request_id": scope["state"]["request_id"]}
                _log.exception("unhandled error", extra=members)
            return

        async def tell(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                started()
            await send(message)

        await app(scope, receive, tell)

    return tell_of

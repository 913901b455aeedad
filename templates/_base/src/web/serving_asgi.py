"""How the application is served: by granian, which speaks ASGI to it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from socket import socket
from typing import Any

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

    def create_telling_app() -> Callable[..., Awaitable[None]]:
        return _telling(create_app(), started)

    worker.run(settings, create_telling_app, listening, interface=Interfaces.ASGI)


def _telling(
    app: Callable[..., Awaitable[None]], started: Callable[[], None]
) -> Callable[..., Awaitable[None]]:
    """The application; tells when it has started, which may fail after it was made."""

    async def telling(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            # The edge has logged it; granian would do so again, without the request's id.
            with suppress(Exception):
                await app(scope, receive, send)
            return

        async def tell(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                started()
            await send(message)

        await app(scope, receive, tell)

    return telling

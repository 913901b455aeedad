"""How the application is served: by granian, which speaks WSGI to it."""

from typing import Any

from granian.constants import Interfaces

from ..config import Settings
from ..infrastructure.serving import server


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes."""
    server.run(
        settings,
        f"{__name__}:create_worker_app",
        interface=Interfaces.WSGI,
        reload=reload,
        # Threads are started when they are needed, and end when they are not. A client that stalls
        # in the middle of a body holds one up.
        blocking_threads=64,
        websockets=False,
    )


def create_worker_app() -> Any:
    """The application, in a worker."""
    from .app import create_app

    app = create_app()
    server.handle_signals(wakes=False)
    return app

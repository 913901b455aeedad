"""How the application is served: by granian, which speaks ASGI to it."""

from typing import Any

from granian.constants import Interfaces

from ..config import Settings
from ..infrastructure.serving import server


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes."""
    server.run(
        settings,
        f"{__name__}:create_worker_app",
        interface=Interfaces.ASGI,
        reload=reload,
    )


def create_worker_app() -> Any:
    """The application, in a worker."""
    from .app import create_app

    app = create_app()
    server.handle_signals(wakes=True)
    return app

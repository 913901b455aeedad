"""How the application is served: by Sanic's own server."""

from typing import TYPE_CHECKING

from ..config import Settings
from ..infrastructure.serving import server

if TYPE_CHECKING:
    from ..services import App


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one worker that starts anew when the code changes."""
    server.run(settings, create_worker_app, reload=reload)


def create_worker_app() -> "App":
    """The application, in a worker."""
    from .app import create_app

    app = create_app()
    app.after_server_start(server.stop_gently)
    return app

"""How the application is served: by Tornado, in processes that share a listening socket."""

from ..config import Settings
from ..infrastructure.serving import server


def run(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal; in development one process that starts anew when the code changes."""
    server.run(settings, f"{__package__}.app:create_app", reload=reload)

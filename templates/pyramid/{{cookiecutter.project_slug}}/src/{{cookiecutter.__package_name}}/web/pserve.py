"""What serves where an INI file is given to `pserve`."""

import os
import sys
from wsgiref.types import WSGIApplication

from pyramid.paster import setup_logging

from ..config import Settings
from ..infrastructure.observability import logs
from .app import INI


def serve(_app: WSGIApplication, global_config: dict[str, str], **options: str) -> None:
    """Serve as the command `serve` does, whose workers make applications of their own."""
    if options:
        sys.exit(f"Error: [server:main] has {', '.join(options)}: set HOST and PORT instead")
    os.environ[INI] = global_config["__file__"]
    package = __package__.rpartition(".")[0]
    os.execv(sys.executable, [sys.executable, "-m", package, "serve"])  # noqa: S606  # no shell


def serve_one_process(app: WSGIApplication, global_config: dict[str, str], **options: str) -> None:
    """Serve by waitress, in this process, which is what the toolbar needs."""
    # Only there in development.
    import waitress

    settings = Settings.load()
    logs.configure(settings)
    # Once more: what the file says of it, if anything, comes before what is so by default.
    setup_logging(global_config["__file__"])
    waitress.serve(app, **{"host": settings.host, "port": settings.port} | options)

"""The HTTP server: Tornado's own, in one process, or in several that share a listening socket."""

import os
import socket
import sys
import tempfile
from pkgutil import resolve_name

import structlog
from click import ClickException
from tornado.netutil import bind_sockets

from ..observability import logs
from ..settings import Settings

# How many connections may wait to be taken.
BACKLOG = 1024

_log = structlog.get_logger(__name__)


def run(settings: Settings, application: str, *, reload: bool) -> None:
    """Serve until a signal; in development one process that starts anew when the code changes.

    application: where to import the function that makes it from, as `package.module:function`.
    """
    logs.configure(settings)
    if reload:
        from . import development

        return development.run(_listen(settings), application)
    if sys.platform == "win32":  # pragma: no cover  # it can't fork
        from . import worker

        return worker.run(resolve_name(application), _listen(settings))
    from . import supervisor

    supervisor.hold_signals()
    listening = _listen(settings)
    with tempfile.TemporaryDirectory(prefix="metrics-") as folder:
        # prometheus_client adds up the workers through this folder; it looks when it is imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        # What the workers import is in memory once, and one that is replaced is back at once.
        from . import worker

        create_app = resolve_name(application)
        supervisor.Supervisor(
            settings.web_concurrency,
            listening,
            lambda: worker.run(create_app, listening),
        ).run()


def _listen(settings: Settings) -> list[socket.socket]:
    # Elsewhere `::` is for IPv4, too; to Tornado that is all there is, which has no name.
    host = "" if settings.host == "::" else settings.host
    try:
        listening = bind_sockets(settings.port, host, backlog=BACKLOG)
    except OSError as error:
        raise ClickException(f"{settings.host}:{settings.port}: {error.strerror}") from None
    _log.info("listening", address=settings.host, port=listening[0].getsockname()[1])
    return listening

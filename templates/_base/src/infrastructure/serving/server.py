"""The HTTP server: processes that share a listening socket, and one that watches over them."""

import gc
import logging
import os
import sys
import tempfile
from importlib import import_module
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, create_server, has_dualstack_ipv6, socket

from click import ClickException, echo, style

from ...about import NAME, VERSION
from ..observability import logs
from ..settings import Settings
from . import FOLDER_VARIABLE, Background, Work

# How many connections may wait to be taken.
BACKLOG = 1024
PACKAGE = __name__.partition(".")[0]

_log = logging.getLogger(__name__)


def run(
    settings: Settings, work: Work, *, application: str, jobs: Background, reload: bool
) -> None:
    """Serve until a signal; in development by one process that starts anew when the code changes.

    application: the module from which `work` makes what answers the requests; jobs: what does those
    of the background, in development, where one command does for all.
    """
    logs.configure(settings)
    with _listen(settings) as listening:
        host, port = listening.getsockname()[:2]
        if reload and settings.log_format == "console":
            _greet(host, port)
        else:
            _log.info("listening", extra={"address": settings.host, "port": port})
        if reload:
            from . import development

            development.run(settings, work, listening, jobs)
        elif sys.platform == "win32":  # pragma: no cover  # it can't fork
            work(listening, lambda: None)
        else:
            _run_workers(settings, work, listening, application)


def _greet(host: str, port: int) -> None:
    """Tell whoever has typed the command what is served, and where to look."""
    # A browser wants one address where all are meant.
    one = "localhost" if ip_address(host).is_unspecified else host
    url = f"http://[{one}]:{port}" if ":" in one else f"http://{one}:{port}"
    echo(f"\n  {style(NAME, bold=True)} {VERSION}, for development\n")
    echo(f"  {style(url, fg='cyan')}       the service")
    echo(f"  {style(url + '/docs', fg='cyan')}  its API, to try out")
    echo(f"\n  What changes in {PACKAGE} is loaded anew. Ctrl+C stops it.\n")


def _run_workers(settings: Settings, work: Work, listening: socket, application: str) -> None:
    from .supervisor import Supervisor, hold_signals

    hold_signals()
    with tempfile.TemporaryDirectory(prefix="workers-") as folder:
        # prometheus_client looks for it when it is imported.
        os.environ[FOLDER_VARIABLE] = folder
        # What the workers import is in memory once, and one that is replaced is back at once.
        # To look for garbage among it meanwhile would take a tenth of the start.
        gc.disable()
        import_module(application)
        gc.enable()
        Supervisor(settings, work, listening).run()


def _listen(settings: Settings) -> socket:
    """The socket; where another service has the address, that is all that is said."""
    is_ipv6 = ":" in settings.host
    try:
        listening = create_server(
            (settings.host, settings.port),
            family=AF_INET6 if is_ipv6 else AF_INET,
            backlog=BACKLOG,
            # `::` is all addresses, those of IPv4 as well.
            dualstack_ipv6=is_ipv6 and has_dualstack_ipv6(),
        )
    except OSError as error:
        # Python adds the address, in its own words.
        reason = str(error.strerror).partition(" (while")[0]
        address = f"{settings.host}:{settings.port}"
        raise ClickException(f"{address}: {reason}; set PORT or HOST to another") from None
    return listening

"""The service in one process, on CherryPy's own server and bus: `python -m` runs this."""

import time
from functools import partial

import cherrypy
import click

from ..config import Settings
from ..infrastructure.observability import logs
from ..infrastructure.serving import draining
from ..infrastructure.serving.server import BACKLOG
from . import bus
from .app import make_application

# How long a running request may take once the service is told to stop.
SHUTDOWN_SECONDS = 30


@click.command()
def main() -> None:
    """Serve until a signal."""
    settings = Settings.load()
    logs.configure(settings)
    bus.log_plainly()
    mount(settings)
    cherrypy.engine.signals.subscribe()
    cherrypy.engine.start()
    cherrypy.engine.block()


def mount(settings: Settings) -> None:
    """Put the service on CherryPy's tree, and configure CherryPy for it."""
    cherrypy.config.update(
        {
            "server.socket_host": settings.host,
            "server.socket_port": settings.port,
            "server.socket_queue_size": BACKLOG,
            "server.thread_pool": 64,
            "server.shutdown_timeout": SHUTDOWN_SECONDS,
            # The edge sees to it, and answers with a problem.
            "server.max_request_body_size": 0,
            "engine.autoreload.on": settings.app_env == "development",
            "log.screen": False,
            "tools.log_headers.on": False,
        }
    )
    cherrypy.server.instance, _ = cherrypy.server.httpserver_from_self()
    # What each answer says the server is: without it, the address that it listens on.
    cherrypy.server.instance.server_name = "CherryPy"
    cherrypy.tree.graft(make_application(settings))
    # Before the server stops, which it does with priority 25.
    leave = partial(ask_clients_to_leave, draining.seconds(settings) + draining.SECONDS)
    cherrypy.engine.subscribe("stop", leave, priority=10)


def ask_clients_to_leave(seconds: float) -> None:
    """Have each answer say `Connection: close` for a while."""
    draining.begin()
    time.sleep(seconds)


if __name__ == "__main__":
    main()

"""The service on CherryPy's own server: `cherryd` imports this, and starts the bus."""

import time

import cherrypy

from .. import draining
from ..config import load
from . import Settings
from .app import make_application

# How long a running request may take once the service is told to stop.
SHUTDOWN_SECONDS = 30


def mount(settings: Settings) -> None:
    """Put the service on CherryPy's tree, and configure the process for it."""
    cherrypy.config.update(
        {
            "server.socket_host": settings.host,
            "server.socket_port": settings.port,
            "server.thread_pool": 64,
            "server.shutdown_timeout": SHUTDOWN_SECONDS,
            # The edge sees to it, and answers with a problem.
            "server.max_request_body_size": 0,
            "engine.autoreload.on": settings.app_env == "development",
            "checker.on": False,
            "log.screen": False,
            "tools.log_headers.on": False,
        }
    )
    cherrypy.tree.graft(make_application(settings))
    # Before the server stops, which it does with priority 25.
    cherrypy.engine.subscribe("stop", ask_clients_to_leave, priority=10)


def ask_clients_to_leave() -> None:
    """Have each answer say `Connection: close` for a moment."""
    draining.begin()
    time.sleep(draining.SECONDS)


mount(load(Settings))

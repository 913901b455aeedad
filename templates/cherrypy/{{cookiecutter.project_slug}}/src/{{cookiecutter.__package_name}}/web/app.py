"""The one place that puts the application together."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import cherrypy

from .. import logs
from ..config import load
from ..openapi import openapi_document
from ..services import Services
from ..wsgi import EdgeMiddleware
from . import Settings, bus, sessions, tools
from .account import Account
from .accounts import Tokens, Users
from .operations import Root
from .requests import Log, Request, Response
from .tasks import Tasks

__all__ = ["Application", "create_app", "make_application", "openapi_document"]


class Application(cherrypy.Application):
    """A CherryPy application that has what its Tools need, too: `cherrypy.request.app.services`.

    It is a WSGI application, and answers below whatever path it is mounted at.
    """

    request_class = Request
    response_class = Response

    def __init__(self, root: object, config: dict[str, dict[str, Any]], services: Services) -> None:
        super().__init__(root, script_name=None, config=config)
        self.services = services
        self.log = Log()
        # In place of CherryPy's own layers: the edge answers and logs what nothing else handles.
        self.wsgiapp.pipeline = [("edge", partial(EdgeMiddleware, edge=services.edge))]


def create_app(settings: Settings | None = None) -> Application:
    """Make the application for a WSGI server that knows nothing of CherryPy, and start the bus.

    The settings come from the environment where none are given.
    """
    app = make_application(settings or load(Settings))
    bus.start_embedded()
    return app


def make_application(settings: Settings) -> Application:
    """Make the application; its plugins wait for the bus to start."""
    logs.configure(settings)
    services = Services.of(settings)
    app = Application(_tree(services), _config(settings), services)
    bus.log_plainly()
    bus.DatabasePlugin(cherrypy.engine, services.database).subscribe()
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from .. import tracing_wsgi

        layer = partial(tracing_wsgi.traced, services=services)
        app.wsgiapp.pipeline.append(("tracing", layer))
    return app


def _tree(services: Services) -> Root:
    """The controllers: each attribute is a segment of the path."""
    root = Root(services)
    root.account = Account(services)
    v1 = SimpleNamespace(users=Users(services), tokens=Tokens(services), tasks=Tasks(services))
    root.api = SimpleNamespace(v1=v1)
    return root


def _config(settings: Settings) -> dict[str, dict[str, Any]]:
    return {
        "/": {
            "tools.route.on": True,
            "tools.query.on": True,
            # Only pages are text.
            "tools.encode.on": False,
            # `errors.py` logs what is worth it; `route` takes an address as it is or not at all.
            "tools.log_tracebacks.on": False,
            "tools.trailing_slash.on": False,
            # `query` says what is wrong with a query; CherryPy would say 404.
            "request.query_string_encoding": "latin-1",
        },
        "/account": sessions.config(settings),
        "/api": {
            "request.dispatch": cherrypy.dispatch.MethodDispatcher(),
            # `json_in` reads the body, strictly.
            "request.process_request_body": False,
            "tools.json_out.on": True,
            "tools.json_out.handler": tools.write_json,
        },
    }

"""The one place that puts the application together."""

import logging
from functools import partial
from types import SimpleNamespace
from typing import Any

import cherrypy

from ..accounts.pages import Account
from ..config import Settings
from ..features import modules
from ..infrastructure.api import tools
from ..infrastructure.api.errors import AS_PAGES
from ..infrastructure.api.requests import Request, Response, redirecting
from ..infrastructure.edge.wsgi import EdgeMiddleware
from ..services import Services
from . import bus
from .operations import Root, openapi_document

__all__ = ["Application", "create_app", "make_application", "openapi_document"]


_CONFIG: dict[str, dict[str, Any]] = {
    "/": {
        "tools.encode.on": True,
        "tools.encode.encoding": "utf-8",
        # `errors.py` logs what is worth it; a request takes an address as it is or not at all.
        "tools.log_tracebacks.on": False,
        "tools.trailing_slash.on": False,
        # Else CherryPy would say 404; `query` says what is wrong with one.
        "request.query_string_encoding": "latin-1",
    },
    "/account": {AS_PAGES: True, "request.body.attempt_charsets": ["utf-8"]},
    "/api": {
        # By names as they stand in an address, hyphens and all.
        "request.dispatch": cherrypy.dispatch.MethodDispatcher(translate={}),
        # The Tool `body` reads it, strictly.
        "request.process_request_body": False,
        "tools.encode.on": False,
        "tools.json_out.on": True,
        "tools.json_out.handler": tools.write_json,
    },
}


class Application(cherrypy.Application):
    """A CherryPy application that has what its Tools need, too: `cherrypy.request.app.services`.

    It is a WSGI application, and answers below whatever path it is mounted at.
    """

    request_class = Request
    response_class = Response

    def __init__(self, root: object, config: dict[str, dict[str, Any]], services: Services) -> None:
        super().__init__(root, script_name=None, config=config)
        self.services = services
        # As lines of ours, of which the time is a member; the edge has one for each request.
        self.log.error = self._log
        self.log.access = lambda: None
        # In place of CherryPy's own layers: the edge answers and logs what nothing else handles.
        edge = partial(EdgeMiddleware, edge=services.edge)
        self.wsgiapp.pipeline = [("edge", edge), ("redirecting", redirecting)]

    def _log(
        self,
        msg: str = "",
        context: str = "",
        severity: int = logging.INFO,
        traceback: bool = False,
    ) -> None:
        event = f"{context} {msg}".strip() or "unhandled error"
        self.log.error_log.log(severity, event, exc_info=traceback)


def create_app(settings: Settings | None = None) -> Application:
    """Make the application for a WSGI server that knows nothing of CherryPy, and start the bus.

    The settings come from the environment where none are given.
    """
    app = make_application(settings or Settings.load())
    bus.start_embedded()
    return app


def make_application(settings: Settings) -> Application:
    """Make the application; its plugins wait for the bus to start."""
    services = Services.of(settings)
    app = Application(_tree(), _CONFIG, services)
    bus.DatabasePlugin(cherrypy.engine, services.database).subscribe()
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing

        layer = partial(tracing.traced, settings=settings, database=services.database)
        app.wsgiapp.pipeline.append(("tracing", layer))
    return app


def _tree() -> Root:
    """The controllers: each attribute is a segment of the path."""
    root = Root()
    root.account = Account()
    resources: dict[str, object] = {}
    for controllers in modules("controllers"):
        resources |= controllers.RESOURCES
    root.api = SimpleNamespace(v1=SimpleNamespace(**resources))
    return root

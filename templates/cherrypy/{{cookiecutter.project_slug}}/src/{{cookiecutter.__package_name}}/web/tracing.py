"""Traces of requests, and of what they ask the database."""

from functools import partial
from typing import Any
from wsgiref.types import WSGIEnvironment

import cherrypy
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.trace import Span

from .. import tracing
from ..services import Services
from ..wsgi import ROUTE


def install(wsgi: Any, services: Services) -> None:
    """Trace each request; what has not been sent is sent when the bus stops.

    wsgi: of a CherryPy application, with the layers around it.
    """
    provider = tracing.provider(services.settings, services.database.engine)
    cherrypy.engine.subscribe("stop", provider.shutdown)
    layer = partial(
        OpenTelemetryMiddleware, response_hook=_name_by_template, tracer_provider=provider
    )
    wsgi.pipeline.append(("tracing", layer))


def _name_by_template(
    span: Span, environ: WSGIEnvironment, _status: str, _headers: list[tuple[str, str]]
) -> None:
    if template := environ.get(ROUTE):
        span.update_name(f"{environ['REQUEST_METHOD']} {template}")
        span.set_attribute("http.route", template)

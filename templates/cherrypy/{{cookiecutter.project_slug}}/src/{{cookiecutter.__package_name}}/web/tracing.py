"""Traces of requests, and of what they ask the database."""

from functools import partial
from typing import Any

import cherrypy

from .. import tracing, tracing_wsgi
from ..services import Services


def install(wsgi: Any, services: Services) -> None:
    """Trace each request; what has not been sent is sent when the bus stops.

    wsgi: of a CherryPy application, with the layers around it.
    """
    provider = tracing.provider(services.settings, services.database.engine)
    cherrypy.engine.subscribe("stop", provider.shutdown)
    wsgi.pipeline.append(("tracing", partial(tracing_wsgi.middleware, provider=provider)))

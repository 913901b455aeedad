"""Traces of requests, and of what they ask the database, for a WSGI application."""

from collections.abc import Iterable
from multiprocessing.util import Finalize
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.trace import Span

from ..database.access import Database
from ..edge.policy import PROBES
from ..edge.wsgi import ROUTE
from ..settings import Settings
from . import spans
from .metrics import UNMATCHED


def traced(app: WSGIApplication, settings: Settings, database: Database) -> WSGIApplication:
    """Make a span of each request but probes, named by the template of its route.

    What has not been sent is sent when the process ends.
    """
    provider = spans.provider(settings)
    database.trace(provider)
    Finalize(None, provider.shutdown, exitpriority=0)
    tracing_app = OpenTelemetryMiddleware(
        app, response_hook=_name_by_template, tracer_provider=provider
    )

    def trace(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_probe = environ["PATH_INFO"] in PROBES
        return (app if is_probe else tracing_app)(environ, start_response)

    return trace


def _name_by_template(span: Span, environ: WSGIEnvironment, _status: str, _headers: object) -> None:
    # By its path, each unknown one would be a name of its own.
    template = environ.get(ROUTE) or UNMATCHED
    span.update_name(f"{environ['REQUEST_METHOD']} {template}")
    span.set_attribute("http.route", template)

"""Traces of requests, and of what they ask the database."""

from multiprocessing.util import Finalize

from flask import Flask, request
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.trace import Span

from ..database.access import Database
from ..edge.wsgi import ROUTE
from ..settings import Settings
from . import spans
from .excluded import excluded_urls


def install(app: Flask, settings: Settings, database: Database) -> None:
    """Trace each request but probes; what has not been sent is sent when the process ends."""
    # There, for spans of your own: it gives tracers.
    provider = app.extensions["tracer_provider"] = spans.provider(settings)
    database.trace(provider)
    Finalize(None, provider.shutdown, exitpriority=0)
    FlaskInstrumentor().instrument_app(  # type: ignore[no-untyped-call]  # has no annotations
        app,
        response_hook=_name_by_template,
        excluded_urls=excluded_urls("FLASK"),
        tracer_provider=provider,
        enable_commenter=False,
    )


def _name_by_template(span: Span, _status: str, _headers: object) -> None:
    if template := request.environ.get(ROUTE):
        span.update_name(f"{request.method} {template}")
        span.set_attribute("http.route", template)

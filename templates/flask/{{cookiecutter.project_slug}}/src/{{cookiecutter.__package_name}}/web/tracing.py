"""Traces of requests, and of what they ask the database."""

from multiprocessing.util import Finalize

from flask import Flask, request
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.trace import Span

from .. import tracing
from ..services import Services
from .routing import TemplateRule


def install(app: Flask, services: Services) -> None:
    """Trace each request; what has not been sent is sent when the process ends."""
    provider = tracing.provider(services.settings, services.database.engine)
    Finalize(None, provider.shutdown, exitpriority=0)
    FlaskInstrumentor().instrument_app(  # type: ignore[no-untyped-call]  # has no annotations
        app,
        response_hook=_name_by_template,
        tracer_provider=provider,
        enable_commenter=False,
    )


def _name_by_template(span: Span, _status: str, _headers: object) -> None:
    rule = request.url_rule
    if isinstance(rule, TemplateRule):
        span.update_name(f"{request.method} {rule.template}")
        span.set_attribute("http.route", rule.template)

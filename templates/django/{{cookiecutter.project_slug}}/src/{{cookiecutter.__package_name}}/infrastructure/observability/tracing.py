"""Traces for an OpenTelemetry collector: of requests, and of what they ask the database."""

from collections.abc import Callable
from multiprocessing.util import Finalize
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind

from ..edge.routes import template
from ..settings import Settings
from . import spans
from .excluded import excluded_urls


def install(settings: Settings) -> None:
    """Trace each request but probes, and what it asks the database."""
    DjangoInstrumentor().instrument(
        tracer_provider=provider(settings),
        response_hook=_name_by_template,
        excluded_urls=excluded_urls("DJANGO"),
        # After the edge, which knows the id of the request.
        middleware_position=1,
    )


def provider(settings: Settings) -> TracerProvider:
    """What makes spans, also of what the database is asked within another one.

    What has not been sent is sent when the process ends.
    """
    provider = spans.provider(settings)
    Finalize(None, provider.shutdown, exitpriority=0)
    tracer = provider.get_tracer(__name__)

    def trace(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        # The statement, in which parameters have placeholders.
        with tracer.start_as_current_span(
            sql.partition(" ")[0], kind=SpanKind.CLIENT, attributes={"db.query.text": sql}
        ):
            return execute(sql, *arguments)

    def install_on(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if trace not in connection.execute_wrappers:
            connection.execute_wrappers.append(trace)

    connection_created.connect(install_on, weak=False)
    return provider


def _name_by_template(span: Span, request: HttpRequest, _response: object) -> None:
    if request.resolver_match is not None:
        route = template(request.resolver_match.route)
        span.update_name(f"{request.method} {route}")
        span.set_attribute("http.route", route)

"""Traces of requests, and of what they ask the database.

Not by `opentelemetry-instrumentation-tornado`: it replaces methods of each handler, and takes all
errors for failures that are no `HTTPError`, such as our 401, 404 and 422.
"""

from weakref import WeakKeyDictionary

from opentelemetry import context, propagate
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

from ..database.access import Database
from ..edge.policy import PROBES
from ..settings import Settings
from . import spans


class Traces:
    """Makes a span of each request but probes."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._provider = spans.provider(settings)
        database.trace(self._provider)
        self._tracer = self._provider.get_tracer(__name__)
        self._spans: WeakKeyDictionary[HTTPServerRequest, Span] = WeakKeyDictionary()

    def begin(self, request: HTTPServerRequest) -> None:
        """Begin a span, in the trace that the request names if it does; the handler is in it."""
        if request.path in PROBES:
            # A connection's earlier request may have left its own.
            context.attach(context.Context())
            return
        given = propagate.extract(request.headers)
        attributes = {
            "http.request.method": request.method or "",
            "url.scheme": request.protocol,
            "url.path": request.path,
        }
        span = self._tracer.start_span(
            request.method or "", given, SpanKind.SERVER, attributes=attributes
        )
        self._spans[request] = span
        # Each request sets it anew, so what it was before is of no use.
        context.attach(set_span_in_context(span, given))

    def end(self, handler: RequestHandler, route: str | None) -> None:
        """End the span of a request that has been answered."""
        span, status = self._spans.pop(handler.request, None), handler.get_status()
        if span is None:
            return
        if route:
            span.update_name(f"{handler.request.method} {route}")
            span.set_attribute("http.route", route)
        span.set_attribute("http.response.status_code", status)
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def close(self) -> None:
        """Send what has not been sent yet."""
        self._provider.shutdown()

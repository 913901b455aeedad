"""Traces of requests, and of what they ask the database."""

from opentelemetry import context, propagate, trace
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from sanic.response import BaseHTTPResponse

from ..api.request import AnyApp, AnyRequest
from ..api.routing import template
from ..database.access import Database
from ..edge.policy import PROBES
from ..settings import Settings
from . import spans
from .metrics import UNMATCHED

# Within the middleware of `edge/middleware.py`, around all other.
_SECOND = 999


def install(app: AnyApp, settings: Settings, database: Database) -> None:
    """Trace each request; what has not been sent is sent when the service stops.

    There is no instrumentation for Sanic that is kept up to date.
    """
    provider = spans.provider(settings)
    database.trace(provider)
    middleware = _Middleware(provider.get_tracer(__name__))
    app.register_middleware(middleware.begin, "request", priority=_SECOND)
    app.register_middleware(middleware.end, "response", priority=_SECOND)
    app.after_server_stop(lambda _app: provider.shutdown())


class _Middleware:
    """A span from a request to the head of its answer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def begin(self, request: AnyRequest) -> None:
        """Have what follows traced as a part of the request, if it is no probe."""
        if request.path in PROBES:
            return
        # By its path, each unknown one would be a name of its own.
        route = template(request.route) or UNMATCHED
        span = self._tracer.start_span(
            f"{request.method} {route}",
            propagate.extract(request.headers),
            SpanKind.SERVER,
            {"http.request.method": request.method, "http.route": route},
        )
        request.ctx.tracing = context.attach(trace.set_span_in_context(span))

    def end(self, request: AnyRequest, response: BaseHTTPResponse) -> None:
        """End the span, where one has begun."""
        token = getattr(request.ctx, "tracing", None)
        if token is None:
            return
        span = trace.get_current_span()
        span.set_attribute("http.response.status_code", response.status)
        if response.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()
        context.detach(token)

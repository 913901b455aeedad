"""What makes spans and sends them to the collector at OTEL_EXPORTER_OTLP_ENDPOINT."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Thread
from typing import Any

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import (
    INVALID_SPAN_CONTEXT,
    SpanContext,
    SpanKind,
    format_span_id,
    format_trace_id,
    get_current_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ...about import NAME, VERSION
from ..security.digests import without_secrets
from ..settings import Settings
from . import logs

# Where instrumentations put an address with its query.
_ADDRESSES = {"http.target", "http.url", "url.full", "url.path"}

# How long a stop waits for the collector, which is tried for much longer else.
LAST_SECONDS = 2

# The id of a request, and its span: what is logged at its end comes after that has ended.
_of_request: ContextVar[tuple[str | None, SpanContext]] = ContextVar(
    "of_request", default=(None, INVALID_SPAN_CONTEXT)
)


def provider(settings: Settings) -> TracerProvider:
    """What sends spans in the background; call `shutdown()` at the end: it sends what is left,
    where the collector takes it within LAST_SECONDS.
    """
    endpoint = settings.otel_exporter_otlp_endpoint
    assert endpoint
    # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes first.
    said = OTELResourceDetector().detect().attributes
    provider = TracerProvider(
        resource=Resource.create({"service.name": NAME, "service.version": VERSION, **said})
    )
    provider.sampler = _Sampler(provider.sampler)
    exporter = _Exporter(f"{endpoint.removesuffix('/')}/v1/traces")
    provider.add_span_processor(_Processor(exporter))
    provider.add_span_processor(_Remembering())
    logs.trace_ids = _trace_ids
    return provider


@contextmanager
def of_job(provider: TracerProvider, name: str, traceparent: str | None) -> Iterator[None]:
    """A span of a job, in the trace of the request that has asked for it."""
    given = {"traceparent": traceparent} if traceparent else {}
    context = TraceContextTextMapPropagator().extract(given)
    attributes = {"request_id": logs.request_id.get() or ""}
    tracer = provider.get_tracer(__name__)
    with tracer.start_as_current_span(name, context, kind=SpanKind.CONSUMER, attributes=attributes):
        yield


class _Processor(BatchSpanProcessor):
    """Ends within LAST_SECONDS, whether the collector answers or not."""

    def shutdown(self) -> None:
        end: Callable[[], object] = super().shutdown
        last = Thread(target=end, daemon=True)
        try:
            last.start()
        except RuntimeError:
            # Under another server Python itself may be ending, which starts no thread any more.
            end()
        else:
            last.join(LAST_SECONDS)


class _Remembering(SpanProcessor):
    """Notes which span is that of a request."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if span.kind is SpanKind.SERVER:
            _of_request.set((logs.request_id.get(), span.get_span_context()))


def _trace_ids() -> dict[str, str]:
    """The members of a line by which it is found with its trace; none where that is not kept."""
    context = get_current_span().get_span_context()
    if not context.is_valid:
        identity, context = _of_request.get()
        # A thread, or a connection, may have had another request before.
        if identity != logs.request_id.get():
            return {}
    if not context.trace_flags.sampled:
        return {}
    return {
        "trace_id": format_trace_id(context.trace_id),
        "span_id": format_span_id(context.span_id),
    }


class _Exporter(OTLPSpanExporter):
    """Leaves out queries, in which secrets may stand, as logs do.

    A sampler or a hook can't: some instrumentations set what they know again after both.
    """

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export([_without_query(span) for span in spans])


def _without_query(span: ReadableSpan) -> ReadableSpan:
    attributes = dict(span.attributes or {})
    attributes.pop("url.query", None)
    for name in _ADDRESSES & attributes.keys():
        attributes[name] = without_secrets(str(attributes[name]).partition("?")[0])
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        attributes,
        span.events,
        span.links,
        span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


class _Sampler(Sampler):
    """The one of OTEL_TRACES_SAMPLER, but for what is asked of others while nothing is done that is
    traced: each question of a probe, or of a worker that looks for jobs, would be a trace.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> SamplingResult:
        around = get_current_span(parent_context).get_span_context()
        if kind is SpanKind.CLIENT and not around.is_valid:
            return SamplingResult(Decision.DROP)
        return self._sampler.should_sample(parent_context, trace_id, name, kind, *args, **kwargs)

    def get_description(self) -> str:
        return self._sampler.get_description()

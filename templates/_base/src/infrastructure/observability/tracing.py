"""Traces for an OpenTelemetry collector, where OTEL_EXPORTER_OTLP_ENDPOINT names one."""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes
from sqlalchemy import Engine

from ...about import NAME, VERSION
from ..settings import Settings
from .checks import asking


def provider(settings: Settings, engine: Engine) -> TracerProvider:
    """What makes spans, one a statement of the engine among them, and sends them in the background.

    Call `shutdown()` at the end: it sends what is left.
    """
    endpoint = settings.otel_exporter_otlp_endpoint
    assert endpoint
    # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes first.
    said = OTELResourceDetector().detect().attributes
    provider = TracerProvider(
        resource=Resource.create({"service.name": NAME, "service.version": VERSION, **said})
    )
    provider.sampler = _Sampler(provider.sampler)
    exporter = OTLPSpanExporter(f"{endpoint.removesuffix('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    # It says that it knows SQLAlchemy before 2.1 only; a test shows that it knows this one too.
    SQLAlchemyInstrumentor().instrument(
        engine=engine, tracer_provider=provider, skip_dep_check=True
    )
    return provider


class _Sampler(Sampler):
    """The one of OTEL_TRACES_SAMPLER, but for what readiness asks the database: nothing is around
    it, so each statement would be a trace.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if asking.get():
            return SamplingResult(Decision.DROP)
        return self._sampler.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return self._sampler.get_description()

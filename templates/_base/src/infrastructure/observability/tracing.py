"""Traces for an OpenTelemetry collector, where OTEL_EXPORTER_OTLP_ENDPOINT names one."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from sqlalchemy import Engine

from ...about import NAME, VERSION
from ..settings import Settings


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
    exporter = OTLPSpanExporter(f"{endpoint.removesuffix('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    # It says that it knows SQLAlchemy before 2.1 only; a test shows that it knows this one too.
    SQLAlchemyInstrumentor().instrument(
        engine=engine, tracer_provider=provider, skip_dep_check=True
    )
    return provider

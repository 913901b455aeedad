"""Traces for an OpenTelemetry collector, where OTEL_EXPORTER_OTLP_ENDPOINT names one."""

from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import Engine

from ..settings import Settings
from . import spans


def provider(settings: Settings, engine: Engine) -> TracerProvider:
    """What makes spans, one a statement of the engine among them."""
    provider = spans.provider(settings)
    # It says that it knows SQLAlchemy before 2.1 only; a test shows that it knows this one too.
    SQLAlchemyInstrumentor().instrument(
        engine=engine, tracer_provider=provider, skip_dep_check=True
    )
    return provider

"""Traces of requests and of what they ask the database."""

from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor

from .. import tracing
from .services import Services


def install(app: Flask, services: Services) -> None:
    """Trace each request; what is not sent yet is sent when the process ends."""
    provider = tracing.provider(services.settings, services.database.engine)
    FlaskInstrumentor().instrument_app(app, tracer_provider=provider)  # type: ignore[no-untyped-call]  # has no annotations

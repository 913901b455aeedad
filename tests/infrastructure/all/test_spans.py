"""What is traced is up to the sampler of the environment, but for what readiness asks."""

from collections.abc import Iterator
from contextvars import copy_context

import pytest
from opentelemetry.sdk.trace import TracerProvider

from task_service.infrastructure.observability import (
    checks,
    spans,
)
from task_service.infrastructure.settings import Settings


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[TracerProvider]:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_on")
    settings = Settings(app_env="test", otel_exporter_otlp_endpoint="http://127.0.0.1:1")
    provider = spans.provider(settings)
    yield provider
    provider.shutdown()


def test_what_readiness_asks_is_in_no_trace(provider: TracerProvider) -> None:
    def is_traced() -> bool:
        return provider.get_tracer(__name__).start_span("SELECT").is_recording()

    def asked() -> bool:
        checks.asking.set(True)
        return is_traced()

    assert not copy_context().run(asked)
    assert is_traced()


def test_the_sampler_of_the_environment_counts(provider: TracerProvider) -> None:
    assert provider.sampler.get_description().startswith("ParentBased{root:AlwaysOnSampler")

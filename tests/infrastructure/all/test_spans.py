"""What is traced is up to the sampler of the environment, but for a few things."""

import time
from collections.abc import Iterator
from contextvars import Context
from threading import Event, Thread
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
    OTLPSpanExporter,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanKind

from task_service.infrastructure.observability import (
    logs,
    spans,
)
from task_service.infrastructure.settings import Settings

SETTINGS = Settings(app_env="test", otel_exporter_otlp_endpoint="http://127.0.0.1:1")


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[TracerProvider]:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_on")
    monkeypatch.setattr(logs, "trace_ids", dict)
    # Nobody is there to send them to.
    monkeypatch.setattr(OTLPSpanExporter, "export", lambda *_: SpanExportResult.FAILURE)
    provider = spans.provider(SETTINGS)
    yield provider
    provider.shutdown()


@pytest.fixture
def sent(provider: TracerProvider, monkeypatch: pytest.MonkeyPatch) -> list[ReadableSpan]:
    """The spans that have been sent."""
    sent = list[ReadableSpan]()
    monkeypatch.setattr(OTLPSpanExporter, "export", lambda _self, batch: sent.extend(batch))
    return sent


def test_what_is_asked_by_no_request_and_no_job_is_in_no_trace(provider: TracerProvider) -> None:
    tracer = provider.get_tracer(__name__)

    def is_traced() -> bool:
        return tracer.start_span("SELECT", kind=SpanKind.CLIENT).is_recording()

    assert not is_traced()
    with tracer.start_as_current_span("GET", kind=SpanKind.SERVER):
        assert is_traced()


def test_a_query_is_in_no_trace(provider: TracerProvider, sent: list[ReadableSpan]) -> None:
    with provider.get_tracer(__name__).start_as_current_span("GET") as span:
        span.set_attributes({"http.target": "/a?b=c", "url.query": "b=c", "http.method": "GET"})
    provider.force_flush()
    assert [dict(each.attributes or {}) for each in sent] == [
        {"http.target": "/a", "http.method": "GET"}
    ]


def test_who_stops_does_not_wait_for_a_collector_that_hangs(
    provider: TracerProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Event()
    monkeypatch.setattr(spans, "LAST_SECONDS", 0.1)
    monkeypatch.setattr(OTLPSpanExporter, "export", lambda *_: answers.wait(10))
    provider.get_tracer(__name__).start_span("GET").end()
    before = time.monotonic()
    provider.shutdown()
    assert time.monotonic() - before < 1
    answers.set()


def test_what_is_left_is_sent_though_no_thread_can_be_started_any_more(
    provider: TracerProvider, sent: list[ReadableSpan], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(Thread):
        """One where Python is ending."""

        def start(self) -> None:
            raise RuntimeError("can't start new thread at interpreter shutdown")

    monkeypatch.setattr(spans, "Thread", Refused)
    provider.get_tracer(__name__).start_span("GET").end()
    provider.shutdown()
    assert [each.name for each in sent] == ["GET"]


def test_the_sampler_of_the_environment_counts(provider: TracerProvider) -> None:
    assert provider.sampler.get_description().startswith("ParentBased{root:AlwaysOnSampler")


def test_what_is_logged_of_a_request_has_its_trace_after_its_span_has_ended(
    provider: TracerProvider,
) -> None:
    def of_request() -> list[dict[str, str]]:
        tracer = provider.get_tracer(__name__)
        logs.request_id.set("one")
        with tracer.start_as_current_span("GET", kind=SpanKind.SERVER) as served:
            with tracer.start_as_current_span("SELECT") as asked:
                found = [logs.trace_ids()]
            found += [logs.trace_ids()]
        found += [logs.trace_ids()]
        logs.request_id.set("another")
        assert logs.trace_ids() == {}
        assert found == [ids(asked), ids(served), ids(served)]
        return found

    first, second, _ = Context().run(of_request)
    assert first["trace_id"] == second["trace_id"]


def test_nobody_looks_for_a_trace_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    monkeypatch.setattr(logs, "trace_ids", dict)
    provider = spans.provider(SETTINGS)
    with provider.get_tracer(__name__).start_as_current_span("GET", kind=SpanKind.SERVER):
        assert logs.trace_ids() == {}
    provider.shutdown()


def test_a_job_that_fails_has_a_span_that_says_so_and_what_is_around_it_none(
    provider: TracerProvider, sent: list[ReadableSpan]
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with pytest.raises(ValueError, match="no luck"), spans.of_job(provider, "notes", trace):
        raise ValueError("no luck")
    provider.get_tracer(__name__).start_span("UPDATE", kind=SpanKind.CLIENT).end()
    provider.force_flush()
    [span] = sent
    assert (span.name, span.status.is_ok) == ("notes", False)
    assert span.context
    assert f"{span.context.trace_id:x}" == "a" * 32


def ids(span: Any) -> dict[str, str]:
    context = span.get_span_context()
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}

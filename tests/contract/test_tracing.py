"""Traces go to the collector at OTEL_EXPORTER_OTLP_ENDPOINT."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from .client import sign_up
from .service import Serving
from .tasks import create_task

PROBES = ("/livez", "/readyz", "/metrics")


class Collector(ThreadingHTTPServer):
    """An OpenTelemetry collector that keeps what it gets: paths with bodies."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.received: list[tuple[str, bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Collector)
        self.server.received.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    with Collector() as collector:
        thread = Thread(target=collector.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()


def spans_of(bodies: list[bytes]) -> list[Span]:
    return [
        span
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def test_requests_are_traced_by_their_routes_and_probes_are_not(
    serving: Serving, parts: frozenset[str]
) -> None:
    with (
        collecting() as collector,
        serving(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_SERVICE_NAME="our-shop") as service,
        service.client() as client,
    ):
        account = sign_up(client)
        with service.client(account.token) as api:
            found = api.get("/api/v1/users/me?token=not-to-be-told")
            assert found.status_code == 200
            if "tasks" in parts:
                api.get(f"/api/v1/tasks/{create_task(api)['id']}")
            assert api.get("/nowhere?token=not-to-be-told").status_code == 404
        for probe in PROBES:
            # Whatever is said of it, as by a proxy that traces all that it passes on.
            for headers in ({}, {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}):
                assert client.get(f"{probe}?of=all", headers=headers).status_code == 200
        # What has not been sent yet is sent at the end.
        assert service.stop() == 0
        bodies = [body for path, body in collector.received if path == "/v1/traces"]
        lines = service.log(found.headers["X-Request-ID"])
    traces = b"".join(bodies)
    assert b"our-shop" in traces
    assert b"/api/v1/users/me" in traces
    assert b"/api/v1/tasks/{id}" in traces or "tasks" not in parts
    assert account.password.encode() not in traces
    assert account.token.encode() not in traces
    assert b"not-to-be-told" not in traces
    assert not [probe for probe in PROBES if probe.encode() in traces]
    # A request, what it asks the database, and what is logged of it, are found by one id.
    [line] = [line for line in lines if line["event"] == "request"]
    of_request = [span for span in spans_of(bodies) if span.trace_id.hex() == line["trace_id"]]
    [served] = [span for span in of_request if span.kind == Span.SPAN_KIND_SERVER]
    assert "/api/v1/users/me" in served.name
    assert served.span_id.hex() == line["span_id"]
    asked = [span for span in of_request if span.kind == Span.SPAN_KIND_CLIENT]
    assert any(span.name.startswith("SELECT") for span in asked)
    # What readiness asks the database is within no request.
    roots = [span for span in spans_of(bodies) if not span.parent_span_id]
    assert [span.name for span in roots if span.kind != Span.SPAN_KIND_SERVER] == []
    assert not any(span.trace_id == bytes.fromhex("a" * 32) for span in spans_of(bodies))

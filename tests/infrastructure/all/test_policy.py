"""What is refused of a request before anything else is done with it."""

import pytest

from task_service.infrastructure.edge.policy import (
    BAD_CODING,
    BAD_HOST,
    BAD_METHOD,
    BAD_PATH,
    OTHER_HOST,
    Edge,
)
from task_service.infrastructure.observability import metrics
from task_service.infrastructure.serving.draining import (
    Draining,
)
from task_service.infrastructure.settings import Settings


@pytest.mark.parametrize(
    ("host", "path", "coding", "why"),
    [
        ("api.example", "/", None, ""),
        ("api.example", "/", "chunked", ""),
        ("api.example", "*", None, BAD_PATH),
        ("api.example", "/", "gzip", BAD_CODING),
        # Which most servers refuse by themselves.
        ("api.example", "livez", None, BAD_PATH),
        ("a b", "/", None, BAD_HOST),
        ("other.example", "/", None, OTHER_HOST),
        ("other.example", "/livez", None, ""),
    ],
)
def test_why_a_request_is_refused(host: str, path: str, coding: str | None, why: str) -> None:
    settings = Settings(app_env="test", allowed_hosts="api.example")
    edge = Edge(settings, metrics.Metrics(), Draining())
    assert edge.refusal("GET", host, path, coding=coding, is_1_1=True) == why


@pytest.mark.parametrize(("method", "why"), [("PURGE", ""), ("purge", ""), ("get", BAD_METHOD)])
def test_a_method_is_in_capitals(method: str, why: str) -> None:
    edge = Edge(Settings(app_env="test"), metrics.Metrics(), Draining())
    assert edge.refusal(method, "api.example", "/", coding=None, is_1_1=True) == why


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, unknown", "unknown"),
        ("", "10.0.0.1"),
    ],
)
def test_the_client_is_the_first_that_is_no_proxy(forwarded: str, client: str) -> None:
    settings = Settings(app_env="test", forwarded_allow_ips="10.0.0.0/8")
    edge = Edge(settings, metrics.Metrics(), Draining())
    assert edge.client("10.0.0.1", forwarded) == client

"""Metrics: what is counted, under which labels, and by how many workers."""

import math
from collections.abc import Iterator

import httpx
import pytest

from .client import sign_up
from .processes import workers
from .prometheus import scrape
from .resource import Resource
from .service import Service, Serving
from .sockets import receive, subscribed
from .tasks import create_task
from .waiting import eventually

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"}
DURATION = "http_request_duration_seconds"
PROCESS = ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds")
REQUESTS = ("http_requests_in_progress",)
POOL = ("database_connections_in_use", "database_connections_idle", "database_connections_max")


@pytest.fixture(scope="module")
def measured(serving: Serving) -> Iterator[Service]:
    """A service that nobody else talks to, so that it counts only what a test did."""
    with serving() as service:
        yield service


@pytest.fixture
def client(measured: Service) -> Iterator[httpx.Client]:
    with measured.client() as anonymous:
        yield anonymous


@pytest.fixture
def api(measured: Service, client: httpx.Client) -> Iterator[httpx.Client]:
    with measured.client(sign_up(client).token) as signed_in:
        yield signed_in


def await_count(client: httpx.Client, count: float, method: str, route: str, status: int) -> None:
    """Wait for a count: a request may be counted only after its response has been sent."""
    what = f"{count:g} requests of {method} {route} with {status}"
    eventually(lambda: scrape(client).requests(method, route, status) == count, what, within=2)


def test_metrics_are_prometheus_text(client: httpx.Client) -> None:
    response = client.get("/metrics")
    # What Prometheus knows the format by, in any order and with any spaces.
    media_type, *parameters = response.headers["Content-Type"].replace(" ", "").split(";")
    assert media_type == "text/plain"
    assert {"version=1.0.0", "charset=utf-8"} <= {each.lower() for each in parameters}
    assert "# TYPE http_requests_total counter" in response.text.splitlines()
    assert f"# TYPE {DURATION} histogram" in response.text.splitlines()


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/livez", "/livez", 200),
        ("GET", "/readyz", "/readyz", 200),
        ("GET", "/", "/", 200),
        ("HEAD", "/livez", "/livez", 200),
        ("GET", "/api/v1/users/me?limit=3", "/api/v1/users/me", 401),
        pytest.param("GET", "/api/v1/tasks", "/api/v1/tasks", 401, marks=pytest.mark.part("tasks")),
        pytest.param(
            "GET", "/api/v1/tasks?limit=3", "/api/v1/tasks", 401, marks=pytest.mark.part("tasks")
        ),
        pytest.param(
            "GET", "/api/v1/tasks/17", "/api/v1/tasks/{id}", 401, marks=pytest.mark.part("tasks")
        ),
        ("POST", "/api/v1/users", "/api/v1/users", 415),
        ("GET", "/nowhere", "unmatched", 404),
        ("POST", "/nowhere", "unmatched", 404),
    ],
)
def test_a_request_is_counted_under_its_route(
    client: httpx.Client, method: str, path: str, route: str, status: int
) -> None:
    before = scrape(client).requests(method, route, status)
    body = b"{}" if method == "POST" else None
    assert client.request(method, path, content=body).status_code == status
    await_count(client, before + 1, method, route, status)


@pytest.mark.part("tasks")
def test_tasks_are_counted_under_one_route(api: httpx.Client) -> None:
    before = scrape(api).requests("GET", "/api/v1/tasks/{id}", 200)
    tasks = [create_task(api) for _ in range(5)]
    for task in tasks:
        api.get(f"/api/v1/tasks/{task['id']}")
    await_count(api, before + 5, "GET", "/api/v1/tasks/{id}", 200)
    text = scrape(api).text
    assert not any(task["id"] in text for task in tasks)


def test_unknown_paths_are_counted_under_one_route(client: httpx.Client) -> None:
    before = scrape(client).requests("GET", "unmatched", 404)
    for number in range(20):
        client.get(f"/nowhere/{number}")
    await_count(client, before + 20, "GET", "unmatched", 404)
    assert "nowhere" not in scrape(client).text


def test_unusual_methods_are_counted_as_other(client: httpx.Client) -> None:
    before = other(client)
    for method in ("PROPFIND", "SEARCH", "TRACE"):
        assert client.request(method, "/livez").status_code == 405
    eventually(lambda: other(client) == before + 3, "3 more of other methods", within=2)


def other(client: httpx.Client) -> float:
    """How many requests had an unusual method; none is counted under its own name."""
    samples = scrape(client).labelled("http_requests_total")
    assert {labels["method"] for labels, _ in samples} <= METHODS
    return sum(value for labels, value in samples if labels["method"] == "OTHER")


def test_durations_are_a_histogram_of_all_requests(client: httpx.Client) -> None:
    counted = scrape(client).requests("GET", "/livez", 200) + 5
    for _ in range(5):
        client.get("/livez")
    await_count(client, counted, "GET", "/livez", 200)
    metrics = scrape(client)
    assert metrics.value(f"{DURATION}_count", method="GET", route="/livez") == counted
    assert 0 < metrics.value(f"{DURATION}_sum", method="GET", route="/livez") < 5 * counted
    buckets = sorted(
        (float(labels["le"]), value)
        for labels, value in metrics.labelled(f"{DURATION}_bucket")
        if (labels["method"], labels["route"]) == ("GET", "/livez")
    )
    counts = [count for _, count in buckets]
    assert len(counts) > 5
    assert counts == sorted(counts)
    assert buckets[-1] == (math.inf, counted)


def test_what_is_running_is_told(client: httpx.Client) -> None:
    [(labels, value)] = scrape(client).labelled("build_info")
    assert labels.keys() == {"name", "version", "framework", "framework_version"}
    assert all(labels.values())
    assert value == 1


def test_each_worker_is_told_of_whichever_is_asked(configured_service: Service) -> None:
    pids = {str(worker.pid) for worker in workers(configured_service.leader)}
    assert len(pids) == int(configured_service.settings["WEB_CONCURRENCY"])
    with configured_service.client() as client:
        assert client.get("/readyz").status_code == 200
        metrics = scrape(client)
    told = [name for name in (*PROCESS, *REQUESTS, *POOL) if metrics.labelled(name)]
    # On SQLite, Django has no pool.
    assert told in ([*PROCESS, *REQUESTS, *POOL], [*PROCESS, *REQUESTS])
    for name in told:
        assert {labels["pid"] for labels, _ in metrics.labelled(name)} == pids
    assert metrics.total("process_resident_memory_bytes") > 10**7 * len(pids)
    if POOL[0] in told:
        in_use, idle, most = (metrics.total(name) for name in POOL)
        assert 0 < in_use + idle <= most


def test_what_has_been_answered_or_given_up_is_in_progress_no_longer(
    measured: Service, client: httpx.Client, api: httpx.Client, resource: Resource
) -> None:
    cut_off = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
    with measured.socket() as connection:
        connection.sendall(cut_off % resource.path.encode())
    for path in ("/docs", "/nowhere", resource.path):
        api.get(path)
    # The scrape itself is.
    what = "nothing but the scrape in progress"
    eventually(lambda: scrape(client).total(REQUESTS[0]) == 1, what, within=5)


@pytest.mark.part("events")
@pytest.mark.part("tasks")
def test_open_sockets_and_what_they_hear_are_counted(
    measured: Service, client: httpx.Client
) -> None:
    def told() -> tuple[float, float]:
        metrics = scrape(client)
        return metrics.total("events_open_sockets"), metrics.total("events_delivered_total")

    account = sign_up(client)
    _, before = told()
    with subscribed(measured, account.token) as socket, measured.client(account.token) as owner:
        create_task(owner)
        receive(socket)
        assert told() == (1, before + 1)
        # It was a request for as long as it took to open it.
        assert scrape(client).total(REQUESTS[0]) == 1
    eventually(lambda: told() == (0, before + 1), "no open socket", within=5)


def test_each_sample_has_exactly_the_labels_of_the_contract(client: httpx.Client) -> None:
    metrics = scrape(client)
    for labels, _ in metrics.labelled("http_requests_total"):
        assert set(labels) == {"method", "route", "status"}
    for labels, _ in metrics.labelled(f"{DURATION}_count"):
        assert set(labels) == {"method", "route"}

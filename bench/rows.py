"""The rows of the comparison: what each of them is, and in which unit."""

from collections.abc import Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """What is measured; better: whether it is better to have less or more of it."""

    id: str
    name: str
    unit: str
    better: str


# Requests, by the name that their rows begin with.
REQUESTS = {
    "small": "Small answer",
    "read": "Authenticated read",
    "page": "Page of 20",
    "create": "Create",
    "sign-in": "Sign-in",
}
# What a second has of each request, where the load is fixed: what every service can bear.
FIXED = {"small": 200, "read": 100, "page": 100, "create": 100, "sign-in": 10}
# With how many workers the read is measured beside one.
WORKERS = (2, 4)
SOCKETS = 1000


def _rows() -> Iterator[Row]:
    for request, name in REQUESTS.items():
        yield Row(f"{request}-rate", f"{name}, at most", "requests/s", "more")
    for request, name in REQUESTS.items():
        load = f"{name}, at {FIXED[request]} requests/s"
        yield Row(f"{request}-p50", f"{load}: median", "ms", "less")
        yield Row(f"{request}-p99", f"{load}: 99th percentile", "ms", "less")
    for workers in WORKERS:
        yield Row(
            f"read-rate-{workers}",
            f"Authenticated read, {workers} workers, at most",
            "requests/s",
            "more",
        )
    yield Row("socket-memory", f"Memory of each of {SOCKETS:,} idle WebSockets", "KiB", "less")
    yield Row("memory-idle", "Memory with one worker, idle", "MiB", "less")
    yield Row("memory-loaded", "Memory with one worker, under load", "MiB", "less")
    yield Row("start", "From start to first answer", "s", "less")
    yield Row("image", "Container image", "MB", "less")
    yield Row("dependencies", "Packages that it installs", "packages", "less")
    yield Row("lines-yours", "Lines of features and web", "lines", "less")
    yield Row("lines-infrastructure", "Lines of infrastructure", "lines", "less")


ROWS = tuple(_rows())

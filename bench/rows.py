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
# About how many of each there are in a second where the load is fixed: what every service can bear.
FIXED = dict.fromkeys(REQUESTS, 200) | {"sign-in": 10}
# Of those that are too few, the slowest of a hundred is anyone's guess.
ENOUGH = 100
# How many are sent at once where as many are answered as can be: hashing takes a processor each.
AT_ONCE = dict.fromkeys(REQUESTS, 32) | {"sign-in": 4}
# With so many workers the read is measured beside one.
WORKERS = (2, 4)
SOCKETS = 1000


def _rows() -> Iterator[Row]:
    for request, name in REQUESTS.items():
        yield Row(f"{request}-rate", f"{name}, at most", "requests/s", "more")
    for workers in WORKERS:
        name = f"{REQUESTS['read']}, at most, with {workers} workers"
        yield Row(f"read-rate-{workers}", name, "requests/s", "more")
    for request, name in REQUESTS.items():
        load = f"{name}, at {FIXED[request]} a second"
        yield Row(f"{request}-p50", f"{load}, median", "ms", "less")
        if FIXED[request] >= ENOUGH:
            yield Row(f"{request}-p99", f"{load}, 99th percentile", "ms", "less")
    yield Row("memory-idle", "Memory with one worker, idle", "MiB", "less")
    yield Row("memory-loaded", "Memory with one worker, under load", "MiB", "less")
    yield Row("socket-memory", f"Memory of each of {SOCKETS:,} idle WebSockets", "KiB", "less")
    yield Row("start", "From start to first answer", "s", "less")
    yield Row("image", "Container image", "MB", "less")
    yield Row("dependencies", "Packages that it installs", "packages", "less")
    yield Row("lines-yours", "Lines of code, features and web", "lines", "less")
    yield Row("lines-infrastructure", "Lines of code, infrastructure", "lines", "less")


ROWS = {row.id: row for row in _rows()}

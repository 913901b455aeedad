"""The rows of the comparison: what each of them is, and in which unit."""

from collections.abc import Iterator, Mapping
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
# How many are sent at once where as many are answered as can be: hashing takes a processor each.
AT_ONCE = dict.fromkeys(REQUESTS, 32) | {"sign-in": 4}
# Of what the slowest service answers at most, all are sent so much where the load is fixed: each
# can bear it, and is as busy as a service is that has something to spare.
SHARE = 0.5
# So many requests a load has at least that is fixed: of a few, the slowest of a hundred is anyone's
# guess, even if those of all rounds count.
ENOUGH = 15
# Of a framework alone, this is sent at a fixed rate, and nothing else.
OF_BARE = "read"
# Of the latencies, by the end of the ids of their rows.
PERCENTILES = {"p50": ("median", 0.5), "p99": ("99th percentile", 0.99)}
# With so many workers the read is measured beside one.
WORKERS = (2, 4)
SOCKETS = 1000


def rows(a_second: Mapping[str, int]) -> dict[str, Row]:
    """Those that there are, by their ids; a_second: how many of each request, if that is fixed."""
    return {row.id: row for row in _rows(a_second)}


def _rows(a_second: Mapping[str, int]) -> Iterator[Row]:
    for request, name in REQUESTS.items():
        yield Row(f"{request}-rate", f"{name}, at most", "requests/s", "more")
    for workers in WORKERS:
        name = f"{REQUESTS['read']}, at most, with {workers} workers"
        yield Row(f"read-rate-{workers}", name, "requests/s", "more")
    for request, name in REQUESTS.items():
        for percentile, (said, _) in PERCENTILES.items():
            load = f"{name}, at {a_second[request]:,} a second"
            yield Row(f"{request}-{percentile}", f"{load}, {said}", "ms", "less")
    yield Row("memory-idle", "Memory with one worker, idle", "MiB", "less")
    yield Row("memory-loaded", "Memory with one worker, under load", "MiB", "less")
    yield Row("socket-memory", f"Memory of each of {SOCKETS:,} idle WebSockets", "KiB", "less")
    yield Row("start", "From start to first answer", "s", "less")
    yield Row("image", "Container image", "MB", "less")
    installs = "Packages that it installs in production, with all that they need"
    yield Row("dependencies", installs, "packages", "less")
    yield Row("lines-yours", "Lines of code, features and web", "lines", "less")
    yield Row("lines-infrastructure", "Lines of code, infrastructure", "lines", "less")


# In their order.
IDS = [*rows(dict.fromkeys(REQUESTS, 0))]

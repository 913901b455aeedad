"""What a service says while its database is away, or lacks tables."""

from collections.abc import Callable
from time import perf_counter

import httpx

from .problems import assert_problem

# The contract gives calls 5 s and the check of the database 2 s; the rest is for a busy machine.
CALL_SECONDS = 6.0
CHECK_SECONDS = 3.0
ALIVE_SECONDS = 2.0
# The checks of a service whose database lacks tables.
PENDING = {"database": "ok", "migrations": "pending"}


def assert_unavailable(call: Callable[[], httpx.Response]) -> None:
    """Check that the call is answered with 503, and in time."""
    began = perf_counter()
    response = call()
    assert perf_counter() - began < CALL_SECONDS
    assert_problem(response, 503)


def assert_unready(client: httpx.Client) -> None:
    """Check that the service lives, and says in time that it isn't ready."""
    began = perf_counter()
    told = checks(client)
    assert perf_counter() - began < CHECK_SECONDS
    assert told == {**told, "database": "unavailable"}
    assert_alive(client)


def checks(client: httpx.Client) -> dict[str, str]:
    """What a service that is not ready says of what it needs."""
    problem = assert_problem(client.get("/readyz"), 503, extra=["checks"])
    told: dict[str, str] = problem["checks"]
    return told


def assert_alive(client: httpx.Client) -> None:
    began = perf_counter()
    response = client.get("/livez")
    assert perf_counter() - began < ALIVE_SECONDS
    assert (response.status_code, response.json()) == (200, {"status": "ok"})

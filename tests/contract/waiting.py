"""Waiting for a condition, for a bounded time."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], bool], what: str, *, within: float = 10.0) -> None:
    """Return as soon as `condition` holds; fail with `what` when it doesn't in `within` seconds."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"not within {within:g} s: {what}"
        time.sleep(0.02)

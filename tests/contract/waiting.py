"""Waiting for a condition, for a bounded time."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], bool], what: str, *, within: float = 10.0) -> None:
    """Return as soon as `condition` holds; fail with `what` when it doesn't in `within` seconds."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < within, f"not within {within:g} s: {what}"
        # The longer it takes, the less often: to ask is most of what waiting costs.
        time.sleep(max(0.02, waited / 20))

"""How long others are waited for that the service depends on, and when they are left alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# How long the database may take for a statement; None for a command, which takes what it takes.
statement_seconds: ContextVar[float | None] = ContextVar("statement_seconds", default=None)
# How long Redis may take to answer, and how long it is left alone where it did not.
REDIS_SECONDS = 1
REDIS_REST_SECONDS = 10


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait no longer than that for each statement."""
    reset = statement_seconds.set(seconds)
    try:
        yield
    finally:
        statement_seconds.reset(reset)


def of_redis() -> dict[str, Any]:
    """What a client of Redis is made with."""
    # Takes a fifth of a start, so it is imported only where there is a Redis.
    from redis.asyncio import retry
    from redis.backoff import NoBackoff

    return {
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
        # By itself the client would try again for longer than anybody waits.
        "retry": retry.Retry(NoBackoff(), 0),
    }


class Rest:
    """Goes on for so many seconds after each failure; when they are over, one tries for all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None

    def goes_on(self) -> bool:
        """Whether it does; once the time is over, it does for all but the first who asks."""
        if self._until is None:
            return False
        goes_on = time.monotonic() < self._until
        if not goes_on:
            self.begin()
        return goes_on

    def begin(self) -> None:
        """Leave it alone for a while: it has not answered."""
        self._until = time.monotonic() + self._seconds

    def end(self) -> None:
        """It has answered."""
        self._until = None

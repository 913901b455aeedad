"""The Redis that all processes share, and how little it costs where it does not answer."""

import time
from typing import Any

# How long it may take to answer, and how long it is left alone where it did not.
ANSWER_SECONDS = 1
REST_SECONDS = 10


def options() -> dict[str, Any]:
    """What a client of Redis is made with."""
    # Takes a fifth of a start, so it is imported only where there is a Redis.
    from redis.asyncio import retry
    from redis.backoff import NoBackoff

    return {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": ANSWER_SECONDS,
        # By itself the client would try again for longer than anybody waits.
        "retry": retry.Retry(NoBackoff(), 0),
    }


class Rest:
    """Whether Redis is left alone, so that not each request waits for one that does not answer."""

    def __init__(self) -> None:
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
        self._until = time.monotonic() + REST_SECONDS

    def end(self) -> None:
        """It has answered."""
        self._until = None

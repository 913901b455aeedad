"""The Redis that all processes share, and how little it costs where it does not answer."""

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

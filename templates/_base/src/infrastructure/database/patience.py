"""How long an answer of the database is waited for: in requests only, others have the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# None for a command, which may take as long as it takes.
statement_seconds: ContextVar[float | None] = ContextVar("statement_seconds", default=None)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait no longer than that for each statement."""
    reset = statement_seconds.set(seconds)
    try:
        yield
    finally:
        statement_seconds.reset(reset)

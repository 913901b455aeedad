"""A job that is being done: what is known of it, and what is told of it where it fails."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from .functions import JOBS, JobFunction
from .models import Job

# So many characters of an error are kept.
MOST_WORDS = 1000
_LINE = "{:36}  {:20}  {:>5}  {:36}  {}\n"

_log = logging.getLogger(__name__)


class Taken(NamedTuple):
    """A job that this worker does: nobody else may, until it is given up."""

    # By this process's own clock.
    begun_at: float
    id: UUID
    name: str
    arguments: dict[str, Any]
    attempts: int
    request_id: str | None
    trace: str | None

    @property
    def job(self) -> JobFunction[Any] | None:
        """What is called; None where this code does not know it."""
        return JOBS.get(self.name)

    @property
    def is_late(self) -> bool:
        """Whether it takes longer than it may."""
        job = self.job
        return job is not None and time.monotonic() > self.begun_at + job.timeout.total_seconds()

    @property
    def is_last_try(self) -> bool:
        """Whether it has failed for good where it fails now."""
        job = self.job
        return job is None or (job.every is None and self.attempts >= job.tries)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Log what goes wrong within."""
        try:
            yield
        except (Exception, SystemExit) as error:
            self.tell(error)
            raise

    def tell(self, error: BaseException) -> None:
        """Log that it has failed: with a traceback if that was the last time."""
        members = {
            "job": self.name,
            "id": str(self.id),
            "attempts": self.attempts,
            "request_id": self.request_id or None,
        }
        if self.is_last_try:
            _log.error("a job has failed for good", extra=members, exc_info=error)
        else:
            _log.warning("a job has failed, for now", extra={**members, "error": in_words(error)})


def in_words(error: BaseException) -> str:
    """What the error says of itself, as all databases can keep it."""
    try:
        words = repr(error)
    except Exception:  # noqa: BLE001  # it is code of the job, too
        words = type(error).__name__
    return words[:MOST_WORDS].encode(errors="backslashreplace").decode().replace("\0", "\\0")


def table(failed: Sequence[Job]) -> str:
    """A line for each that has failed for good, below what its columns are; "" for none."""
    if not failed:
        return ""
    lines = [_LINE.format("id", "failed at", "tries", "request", "job: error")]
    lines += [
        _LINE.format(
            str(each.id),
            f"{each.failed_at:%Y-%m-%d %H:%M:%SZ}" if each.failed_at else "",
            each.attempts,
            each.request_id or "",
            f"{each.name}: {each.error}",
        )
        for each in failed
    ]
    return "".join(lines)


def own_id(name: str) -> UUID:
    """The id of what is done by itself, by which it is there once."""
    return uuid5(NAMESPACE_OID, name)

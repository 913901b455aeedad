"""What takes jobs up, one worker at a time, and keeps what has become of them."""

import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Now

from ..database.access import Database, answering
from ..errors import Unavailable
from ..observability import logs
from ..observability.processes import Figure
from .functions import JOBS
from .models import Job
from .taken import Taken, in_words, own_id

# For so long a worker that says nothing is given up.
LEASE_SECONDS = 15
# After each failure it waits twice as long, up to so many times: for a bit more than an hour.
LONGEST_PAUSE = 12
# Of what waits for so long, without any code that knows it, there is none that will: while a new
# version is rolled out, it may be known to others.
UNKNOWN_SECONDS = 3600

# What a job is done within.
Span = Callable[[str, str | None], AbstractContextManager[object]]


class Queue:
    """The jobs in the database; each method raises Unavailable where that does not answer.

    span: what a job is done within, by its name and its `traceparent`.
    """

    def __init__(self, span: Span = lambda *_: nullcontext()) -> None:
        self._span = span
        self._unscheduled = [each for each in JOBS.values() if each.every]

    def has_tables(self) -> bool:
        """Whether the database is migrated."""
        return Database().has_tables()

    def schedule(self) -> None:
        """Put down what is done by itself, unless it is there."""
        while self._unscheduled:
            name = self._unscheduled[-1].name
            with answering():
                Job.objects.get_or_create(id=own_id(name), defaults={"name": name})
            self._unscheduled.pop()

    def take(self, most: int) -> list[Taken]:
        """Up to so many jobs that are due, those that wait longest first."""
        is_known = Q(name__in=JOBS) | Q(due_at__lte=_in(-UNKNOWN_SECONDS))
        due = Job.objects.filter(is_known, due_at__lte=Now()).order_by("due_at")
        with answering():
            # Whoever only looks holds up nobody.
            if not most or not due.exists():
                return []
            with transaction.atomic():
                locked = due.select_for_update(skip_locked=True)[:most]
                ids = list(locked.values_list("id", flat=True))
                Job.objects.filter(id__in=ids).update(
                    is_running=True, attempts=F("attempts") + 1, due_at=_in(LEASE_SECONDS)
                )
                taken = Job.objects.filter(id__in=ids).order_by("id")
                rows = taken.values_list(*Taken._fields[1:])
                return [Taken(time.monotonic(), *row) for row in rows]

    def perform(self, _resources: None, taken: Taken) -> None:
        """Do one, and say how it went; what goes wrong is in the log.

        Where the database does not answer then, it is begun anew in a while.
        """
        logs.request_id.set(taken.request_id or None)
        with suppress(Unavailable):
            try:
                with self._span(taken.name, taken.trace), taken.telling():
                    _call(taken)
            # Whatever it is, it is tried again: nor does a job end the worker.
            except (Exception, SystemExit) as error:  # noqa: BLE001
                self.fail(taken, error)
            else:
                self.finish(taken)

    def give_up(self, taken: Taken) -> None:
        """Have one fail that takes too long; nobody waits for it any more."""
        error = TimeoutError("it takes too long")
        taken.tell(error)
        self.fail(taken, error)

    def keep(self, taken: Collection[Taken]) -> None:
        """Say that they are still being done."""
        self._change(taken, due_at=_in(LEASE_SECONDS))

    def give_back(self, taken: Collection[Taken]) -> None:
        """Let others begin them anew, at once."""
        self._change(taken, is_running=False, due_at=Now())

    def finish(self, taken: Taken) -> None:
        """Say that one is done."""
        if taken.job and (every := taken.job.every):
            next_at = _in(every.total_seconds())
            self._change([taken], is_running=False, attempts=0, due_at=next_at, error="")
            return
        with answering():
            Job.objects.filter(_still([taken])).delete()

    def fail(self, taken: Taken, error: BaseException) -> None:
        """Say that one has failed: it is tried again, later each time, unless that was the last."""
        pause = _in(2 ** min(taken.attempts, LONGEST_PAUSE))
        self._change(
            [taken],
            is_running=False,
            due_at=None if taken.is_last_try else pause,
            failed_at=Now(),
            error=in_words(error),
        )

    def failed(self, ids: Collection[UUID] = ()) -> list[Job]:
        """Those that have failed for good, all or some of them, the oldest first."""
        with answering():
            return list(Job.objects.filter(_is_failed(ids)).order_by("id"))

    def retry(self, ids: Collection[UUID] = ()) -> int:
        """Begin all that have failed for good anew, or some of them; how many these are."""
        with answering():
            return Job.objects.filter(_is_failed(ids)).update(due_at=Now(), attempts=0)

    def figures(self) -> list[Figure]:
        """What a scrape is told."""
        is_due, is_later = Q(due_at__lte=Now()), Q(due_at__gt=Now())
        with answering():
            found = Job.objects.aggregate(
                due=Count("id", filter=is_due),
                running=Count("id", filter=is_later & Q(is_running=True)),
                again=Count("id", filter=is_later & Q(is_running=False, attempts__gt=0)),
                failed=Count("id", filter=Q(due_at=None)),
                oldest=Min("due_at", filter=is_due),
                now=Max(Now()),
            )
        oldest = found["oldest"]
        age = (found["now"] - oldest).total_seconds() if oldest else 0.0
        return [
            ("jobs_waiting", "Jobs that are due.", found["due"]),
            ("jobs_running", "Jobs that are being done.", found["running"]),
            ("jobs_retrying", "Jobs that have failed, and will be tried again.", found["again"]),
            ("jobs_failed", "Jobs that have failed for good.", found["failed"]),
            ("jobs_oldest_seconds", "How long the one that is due for longest has been.", age),
        ]

    def _change(self, taken: Collection[Taken], **values: Any) -> None:
        if taken:
            with answering():
                Job.objects.filter(_still(taken)).update(**values)


def _call(taken: Taken) -> None:
    job = taken.job
    if job is None:
        # What was done by itself, and is not any more, is over.
        if taken.id != own_id(taken.name):
            raise LookupError("no code knows this job")
        return
    if taken.attempts > job.tries and job.every is None:
        raise RuntimeError("each worker that began it has ended")
    job.function(**taken.arguments)


def _in(seconds: float) -> Any:
    return Now() + timedelta(seconds=seconds)


def _still(taken: Collection[Taken]) -> Q:
    """That they are this worker's still: once begun anew, a job has one more attempt."""
    return reduce(or_, (Q(id=each.id, attempts=each.attempts) for each in taken))


def _is_failed(ids: Collection[UUID]) -> Q:
    """That it has failed for good; ids: and is one of those, if there are any."""
    return Q(due_at=None, id__in=ids) if ids else Q(due_at=None)

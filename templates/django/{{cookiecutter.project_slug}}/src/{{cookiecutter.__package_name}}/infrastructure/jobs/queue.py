"""What puts jobs down, in the transaction that needs them, and takes them up again.

A job is done at least once: where a worker is killed, or hangs for too long, another one begins it
anew. So it has to bear that.

Django 6 has `django.tasks`, but no worker for it, nothing that is done every hour, and Django 5.2,
which is the newest on Python 3.11, has not even that.
"""

import logging
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from functools import reduce
from inspect import signature
from operator import or_
from typing import Any, Generic, NamedTuple, ParamSpec
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Now

from ..database.access import answering
from ..errors import Unavailable
from ..observability import logs
from ..observability.processes import Figure
from .models import Job

# For so long a worker that says nothing is given up.
LEASE_SECONDS = 15
# After each failure it waits twice as long, up to so many times: for a bit more than an hour.
LONGEST_PAUSE = 12

_log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
JOBS: dict[str, "JobFunction[Any]"] = {}


# What a job is done within.
Span = Callable[[str, str | None], AbstractContextManager[object]]


class JobFunction(Generic[Arguments]):
    """A function that is called in the background.

    name: under which it is put down: `notes.jobs.remind`.
    """

    def __init__(
        self, function: Callable[Arguments, None], tries: int, every: timedelta | None
    ) -> None:
        self.function = function
        self.tries = tries
        self.every = every
        module = function.__module__.partition(".")[2]
        self.name = f"{module}.{function.__name__}"

    def enqueue(self, *arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        """Have it called once the transaction around this is committed; not at all otherwise.

        The arguments are what JSON can hold.
        """
        Job.objects.create(
            name=self.name,
            arguments=signature(self.function).bind(*arguments, **named).arguments,
            request_id=logs.request_id.get() or "",
            trace=logs.traceparent() or "",
        )


def job(
    *, tries: int = 12, every: timedelta | None = None
) -> Callable[[Callable[Arguments, None]], JobFunction[Arguments]]:
    """Make a function a job; it stands in the `jobs` of a feature.

    tries: after so many it has failed for good, by default after some 70 minutes. every: how
    often it is done by itself, by one worker, however many there are.
    """

    def decorate(function: Callable[Arguments, None]) -> JobFunction[Arguments]:
        made = JobFunction(function, tries, every)
        JOBS[made.name] = made
        return made

    return decorate


class Taken(NamedTuple):
    """A job that this worker does: nobody else may, until it is given up."""

    id: UUID
    name: str
    arguments: dict[str, Any]
    attempts: int
    request_id: str
    trace: str


class Queue:
    """The jobs in the database; each method raises Unavailable where that does not answer.

    span: what a job is done within, by its name and its `traceparent`.
    """

    def __init__(self, span: Span = lambda *_: nullcontext()) -> None:
        self._span = span
        self._unscheduled = [each.name for each in JOBS.values() if each.every]

    def schedule(self) -> None:
        """Put down what is done by itself, unless it is there."""
        while self._unscheduled:
            name = self._unscheduled[-1]
            with answering():
                # It has an id of its own, so it is there once.
                Job.objects.get_or_create(id=uuid5(NAMESPACE_OID, name), defaults={"name": name})
            self._unscheduled.pop()

    def take(self, most: int) -> list[Taken]:
        """Up to so many jobs that are due, those that wait longest first."""
        due = Job.objects.filter(due_at__lte=Now(), name__in=JOBS).order_by("due_at")
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
                return [Taken(*row) for row in taken.values_list(*Taken._fields)]

    def perform(self, _resources: None, taken: Taken) -> None:
        """Do one, and say how it went; what goes wrong is in the log.

        Where the database does not answer then, it is begun anew in a while.
        """
        logs.request_id.set(taken.request_id or None)
        job = JOBS[taken.name]
        with suppress(Unavailable), self._span(taken.name, taken.trace):
            try:
                if taken.attempts > job.tries and job.every is None:
                    raise RuntimeError("each worker that began it has ended")
                job.function(**taken.arguments)
            # Whatever it is, it is tried again: nor does a job end the worker.
            except (Exception, SystemExit) as error:  # noqa: BLE001
                is_over = not self.fail(taken, repr(error))
                members = {"job": taken.name, "id": str(taken.id), "attempts": taken.attempts}
                _log.log(
                    logging.ERROR if is_over else logging.WARNING,
                    "a job has failed for good" if is_over else "a job has failed, for now",
                    extra=members,
                    exc_info=True,
                )
            else:
                self.finish(taken)

    def keep(self, taken: Collection[Taken]) -> None:
        """Say that they are still being done."""
        self._change(taken, due_at=_in(LEASE_SECONDS))

    def give_back(self, taken: Collection[Taken]) -> None:
        """Let others begin them anew, at once."""
        self._change(taken, is_running=False, due_at=Now())

    def finish(self, taken: Taken) -> None:
        """Say that one is done."""
        if every := JOBS[taken.name].every:
            next_at = _in(every.total_seconds())
            self._change([taken], is_running=False, attempts=0, due_at=next_at, error="")
            return
        with answering():
            Job.objects.filter(_still([taken])).delete()

    def fail(self, taken: Taken, error: str) -> bool:
        """Say that one has failed; whether it is tried again, later each time."""
        job = JOBS[taken.name]
        is_over = taken.attempts >= job.tries and job.every is None
        due_at = None if is_over else _in(2 ** min(taken.attempts, LONGEST_PAUSE))
        self._change([taken], is_running=False, due_at=due_at, error=error)
        return not is_over

    def failed(self) -> list[Job]:
        """Those that have failed for good, the oldest first."""
        with answering():
            return list(Job.objects.filter(due_at=None).order_by("id"))

    def retry(self) -> int:
        """Begin all that have failed for good anew; how many these are."""
        with answering():
            return Job.objects.filter(due_at=None).update(due_at=Now(), attempts=0)

    def figures(self) -> list[Figure]:
        """What a scrape is told."""
        is_done = Q(is_running=True, due_at__gt=Now())
        with answering():
            found = Job.objects.aggregate(
                waiting=Count("id", filter=Q(due_at__isnull=False) & ~is_done),
                running=Count("id", filter=is_done),
                failed=Count("id", filter=Q(due_at=None)),
                oldest=Min("due_at", filter=~is_done),
                now=Max(Now()),
            )
        oldest = found["oldest"]
        age = max(0.0, (found["now"] - oldest).total_seconds()) if oldest else 0.0
        return [
            ("jobs_waiting", "Jobs that are to be done.", found["waiting"]),
            ("jobs_running", "Jobs that are being done.", found["running"]),
            ("jobs_failed", "Jobs that have failed for good.", found["failed"]),
            ("jobs_oldest_seconds", "How long the one that is due for longest has been.", age),
        ]

    def _change(self, taken: Collection[Taken], **values: Any) -> None:
        if taken:
            with answering():
                Job.objects.filter(_still(taken)).update(**values)


def _in(seconds: float) -> Any:
    return Now() + timedelta(seconds=seconds)


def _still(taken: Collection[Taken]) -> Q:
    """That they are this worker's still: once begun anew, a job has one more attempt."""
    return reduce(or_, (Q(id=each.id, attempts=each.attempts) for each in taken))

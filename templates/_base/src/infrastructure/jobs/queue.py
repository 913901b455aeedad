"""What takes jobs up, one worker at a time, and keeps what has become of them."""

import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    and_,
    delete,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from ..database.access import Database
from ..errors import Unavailable
from ..observability import logs
from ..observability.processes import Figure
from .functions import JOBS
from .models import Job, in_seconds
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
    """The jobs in a database; each method raises Unavailable where that does not answer.

    span: what a job is done within, by its name and its `traceparent`.
    """

    def __init__(self, database: Database, span: Span = lambda *_: nullcontext()) -> None:
        self._database = database
        self._span = span
        self._unscheduled = [each for each in JOBS.values() if each.every]

    async def has_tables(self) -> bool:
        """Whether the database is migrated."""
        return await self._database.has_tables()

    async def schedule(self) -> None:
        """Put down what is done by itself, unless it is there."""
        while self._unscheduled:
            name = self._unscheduled[-1].name
            job = Job(id=own_id(name), name=name, arguments={}, due_at=in_seconds())
            with suppress(IntegrityError):
                await self._put_down(job)
            self._unscheduled.pop()

    async def take(self, most: int) -> list[Taken]:
        """Up to so many jobs that are due, those that wait longest first."""
        is_known = or_(Job.name.in_(JOBS), Job.due_at <= in_seconds(-UNKNOWN_SECONDS))
        due = (
            select(Job.id)
            .where(Job.due_at <= in_seconds(), is_known)
            .order_by(Job.due_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        async with self._database.read() as session:
            # Whoever only looks holds up nobody.
            if not most or await session.scalar(due.limit(1)) is None:
                return []
        taken = (
            update(Job)
            .where(Job.id.in_(select(due.cte().c.id)))
            .values(
                is_running=True,
                attempts=Job.attempts + 1,
                due_at=in_seconds(LEASE_SECONDS),
            )
            .returning(Job.id, Job.name, Job.arguments, Job.attempts, Job.request_id, Job.trace)
        )
        return [Taken(time.monotonic(), *row) for row in await self._do(taken)]

    async def perform(self, resources: Any, taken: Taken) -> None:
        """Do one, and say how it went; what goes wrong is in the log.

        Where the database does not answer then, it is begun anew in a while.
        """
        logs.request_id.set(taken.request_id)
        with suppress(Unavailable):
            try:
                with self._span(taken.name, taken.trace), taken.telling():
                    await _call(resources, taken)
            # Whatever it is, it is tried again: nor does a job end the worker.
            except (Exception, SystemExit) as error:  # noqa: BLE001
                await self.fail(taken, error)
            else:
                await self.finish(taken)

    async def give_up(self, taken: Taken) -> None:
        """Have one fail that takes too long; nobody waits for it any more."""
        error = TimeoutError("it takes too long")
        taken.tell(error)
        await self.fail(taken, error)

    async def keep(self, taken: Collection[Taken]) -> None:
        """Say that they are still being done."""
        await self._change(taken, due_at=in_seconds(LEASE_SECONDS))

    async def give_back(self, taken: Collection[Taken]) -> None:
        """Let others begin them anew, at once."""
        await self._change(taken, is_running=False, due_at=in_seconds())

    async def finish(self, taken: Taken) -> None:
        """Say that one is done."""
        if taken.job and (every := taken.job.every):
            next_at = in_seconds(every.total_seconds())
            await self._change([taken], is_running=False, attempts=0, due_at=next_at, error=None)
            return
        await self._do(delete(Job).where(_still([taken])).returning(Job.id))

    async def fail(self, taken: Taken, error: BaseException) -> None:
        """Say that one has failed: it is tried again, later each time, unless that was the last."""
        pause = in_seconds(2 ** min(taken.attempts, LONGEST_PAUSE))
        await self._change(
            [taken],
            is_running=False,
            due_at=None if taken.is_last_try else pause,
            failed_at=in_seconds(),
            error=in_words(error),
        )

    async def failed(self, ids: Collection[UUID] = ()) -> list[Job]:
        """Those that have failed for good, all or some of them, the oldest first."""
        statement = select(Job).where(_is_failed(ids)).order_by(Job.id)
        async with self._database.read() as session:
            return list((await session.scalars(statement)).all())

    async def retry(self, ids: Collection[UUID] = ()) -> int:
        """Begin all that have failed for good anew, or some of them; how many these are."""
        again = update(Job).where(_is_failed(ids)).values(due_at=in_seconds(), attempts=0)
        return len(await self._do(again.returning(Job.id)))

    async def figures(self) -> list[Figure]:
        """What a scrape is told."""
        is_due = Job.due_at <= in_seconds()
        statement = select(
            func.count().filter(is_due),
            func.count().filter(Job.is_running, not_(is_due)),
            func.count().filter(not_(Job.is_running), not_(is_due), Job.attempts > 0),
            func.count().filter(Job.due_at.is_(None)),
            func.min(Job.due_at).filter(is_due),
            in_seconds(),
        ).select_from(Job)
        async with self._database.read() as session:
            due, running, again, failed, oldest, now = (await session.execute(statement)).one()
        age = (now - oldest).total_seconds() if oldest else 0.0
        return [
            ("jobs_waiting", "Jobs that are due.", due),
            ("jobs_running", "Jobs that are being done.", running),
            ("jobs_retrying", "Jobs that have failed, and will be tried again.", again),
            ("jobs_failed", "Jobs that have failed for good.", failed),
            ("jobs_oldest_seconds", "How long the one that is due for longest has been.", age),
        ]

    async def _put_down(self, job: Job) -> None:
        async with self._database.write() as session:
            session.add(job)

    async def _change(self, taken: Collection[Taken], **values: Any) -> None:
        if taken:
            await self._do(update(Job).where(_still(taken)).values(**values).returning(Job.id))

    async def _do(self, statement: Executable) -> list[Any]:
        # One statement is a transaction by itself. Whether it was done or not where the database
        # goes away: where it was not, the job is begun anew.
        async with self._database.read() as session:
            return list(await session.execute(statement))


async def _call(resources: Any, taken: Taken) -> None:
    job = taken.job
    if job is None:
        # What was done by itself, and is not any more, is over.
        if taken.id != own_id(taken.name):
            raise LookupError("no code knows this job")
        return
    if taken.attempts > job.tries and job.every is None:
        raise RuntimeError("each worker that began it has ended")
    await job.function(resources, **taken.arguments)


def _still(taken: Collection[Taken]) -> ColumnElement[bool]:
    """That they are this worker's still: once begun anew, a job has one more attempt."""
    return tuple_(Job.id, Job.attempts).in_([(each.id, each.attempts) for each in taken])


def _is_failed(ids: Collection[UUID]) -> ColumnElement[bool]:
    """That it has failed for good; ids: and is one of those, if there are any."""
    has_failed = Job.due_at.is_(None)
    return and_(has_failed, Job.id.in_(ids)) if ids else has_failed

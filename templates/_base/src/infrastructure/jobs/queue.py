"""What puts jobs down, in the transaction that needs them, and takes them up again.

A job is done at least once: where a worker is killed, or hangs for too long, another one begins it
anew. So it has to bear that.
"""

import logging
from collections.abc import Callable, Collection, Coroutine
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from inspect import signature
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import ColumnElement, Executable, and_, delete, func, not_, select, tuple_, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from ..database.access import Database
from ..errors import Unavailable
from ..observability import logs
from ..observability.processes import Figure
from .clock import in_seconds
from .models import Job

# For so long a worker that says nothing is given up.
LEASE_SECONDS = 15
# After each failure it waits twice as long, up to so many times: for a bit more than an hour.
LONGEST_PAUSE = 12

_log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
JOBS: dict[str, "JobFunction[Any]"] = {}

# What is made a job.
Function = Callable[Concatenate[Any, Arguments], Coroutine[Any, Any, None]]
# What a job is done within.
Span = Callable[[str, str | None], AbstractContextManager[object]]


class JobFunction(Generic[Arguments]):
    """A function that is called in the background, with the worker's resources before all else.

    name: under which it is put down: `notes.jobs.remind`.
    """

    def __init__(self, function: Function[Arguments], tries: int, every: timedelta | None) -> None:
        self.function = function
        self.tries = tries
        self.every = every
        module = function.__module__.partition(".")[2]
        self.name = f"{module}.{function.__name__}"

    def enqueue(
        self, session: AsyncSession, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> None:
        """Have it called once this session's transaction is committed; not at all otherwise.

        The arguments are what JSON can hold.
        """
        given = signature(self.function).bind(None, *arguments, **named).arguments
        given.pop(next(iter(given)))
        session.add(
            Job(
                name=self.name,
                arguments=given,
                due_at=in_seconds(),
                request_id=logs.request_id.get(),
                trace=logs.traceparent(),
            )
        )


def job(
    *, tries: int = 12, every: timedelta | None = None
) -> Callable[[Function[Arguments]], JobFunction[Arguments]]:
    """Make a function a job; it stands in the `jobs` of a feature.

    tries: after so many it has failed for good, by default after some 70 minutes. every: how
    often it is done by itself, by one worker, however many there are.
    """

    def decorate(function: Function[Arguments]) -> JobFunction[Arguments]:
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
    request_id: str | None
    trace: str | None


class Queue:
    """The jobs in a database; each method raises Unavailable where that does not answer.

    span: what a job is done within, by its name and its `traceparent`.
    """

    def __init__(self, database: Database, span: Span = lambda *_: nullcontext()) -> None:
        self._database = database
        self._span = span
        self._unscheduled = [each.name for each in JOBS.values() if each.every]

    async def schedule(self) -> None:
        """Put down what is done by itself, unless it is there."""
        while self._unscheduled:
            name = self._unscheduled[-1]
            # It has an id of its own, so it is there once.
            job = Job(id=uuid5(NAMESPACE_OID, name), name=name, arguments={}, due_at=in_seconds())
            with suppress(IntegrityError):
                await self._put_down(job)
            self._unscheduled.pop()

    async def take(self, most: int) -> list[Taken]:
        """Up to so many jobs that are due, those that wait longest first."""
        due = (
            select(Job.id)
            .where(Job.due_at <= in_seconds(), Job.name.in_(JOBS))
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
        async with self._database.write() as session:
            return [Taken(*row) for row in await session.execute(taken)]

    async def perform(self, resources: Any, taken: Taken) -> None:
        """Do one, and say how it went; what goes wrong is in the log.

        Where the database does not answer then, it is begun anew in a while.
        """
        logs.request_id.set(taken.request_id)
        job = JOBS[taken.name]
        with suppress(Unavailable), self._span(taken.name, taken.trace):
            try:
                if taken.attempts > job.tries and job.every is None:
                    raise RuntimeError("each worker that began it has ended")
                await job.function(resources, **taken.arguments)
            # Whatever it is, it is tried again: nor does a job end the worker.
            except (Exception, SystemExit) as error:  # noqa: BLE001
                is_over = not await self.fail(taken, repr(error))
                members = {"job": taken.name, "id": str(taken.id), "attempts": taken.attempts}
                _log.log(
                    logging.ERROR if is_over else logging.WARNING,
                    "a job has failed for good" if is_over else "a job has failed, for now",
                    extra=members,
                    exc_info=True,
                )
            else:
                await self.finish(taken)

    async def keep(self, taken: Collection[Taken]) -> None:
        """Say that they are still being done."""
        if taken:
            await self._change(taken, due_at=in_seconds(LEASE_SECONDS))

    async def give_back(self, taken: Collection[Taken]) -> None:
        """Let others begin them anew, at once."""
        await self._change(taken, is_running=False, due_at=in_seconds())

    async def finish(self, taken: Taken) -> None:
        """Say that one is done."""
        if every := JOBS[taken.name].every:
            next_at = in_seconds(every.total_seconds())
            await self._change([taken], is_running=False, attempts=0, due_at=next_at, error=None)
            return
        await self._do(delete(Job).where(_still([taken])))

    async def fail(self, taken: Taken, error: str) -> bool:
        """Say that one has failed; whether it is tried again, later each time."""
        job = JOBS[taken.name]
        is_over = taken.attempts >= job.tries and job.every is None
        due_at = None if is_over else in_seconds(2 ** min(taken.attempts, LONGEST_PAUSE))
        await self._change([taken], is_running=False, due_at=due_at, error=error)
        return not is_over

    async def failed(self) -> list[Job]:
        """Those that have failed for good, the oldest first."""
        statement = select(Job).where(Job.due_at.is_(None)).order_by(Job.id)
        async with self._database.read() as session:
            return list((await session.scalars(statement)).all())

    async def retry(self) -> int:
        """Begin all that have failed for good anew; how many these are."""
        statement = update(Job).where(Job.due_at.is_(None))
        again = statement.values(due_at=in_seconds(), attempts=0).returning(Job.id)
        async with self._database.write() as session:
            return len((await session.scalars(again)).all())

    async def figures(self) -> list[Figure]:
        """What a scrape is told."""
        is_done = and_(Job.is_running, Job.due_at > in_seconds())
        statement = select(
            func.count().filter(Job.due_at.is_not(None), not_(is_done)),
            func.count().filter(is_done),
            func.count().filter(Job.due_at.is_(None)),
            func.min(Job.due_at).filter(not_(is_done)),
            in_seconds(),
        ).select_from(Job)
        async with self._database.read() as session:
            waiting, running, failed, oldest, now = (await session.execute(statement)).one()
        age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        return [
            ("jobs_waiting", "Jobs that are to be done.", waiting),
            ("jobs_running", "Jobs that are being done.", running),
            ("jobs_failed", "Jobs that have failed for good.", failed),
            ("jobs_oldest_seconds", "How long the one that is due for longest has been.", age),
        ]

    async def _put_down(self, job: Job) -> None:
        async with self._database.write() as session:
            session.add(job)

    async def _change(self, taken: Collection[Taken], **values: Any) -> None:
        await self._do(update(Job).where(_still(taken)).values(**values))

    async def _do(self, statement: Executable) -> None:
        try:
            async with self._database.write() as session:
                await session.execute(statement)
        except OperationalError as error:
            # Whether it was done or not: where it was not, the job is begun anew.
            raise Unavailable("The database is not available.") from error


def _still(taken: Collection[Taken]) -> ColumnElement[bool]:
    """That they are this worker's still: once begun anew, a job has one more attempt."""
    return tuple_(Job.id, Job.attempts).in_([(each.id, each.attempts) for each in taken])

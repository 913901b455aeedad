"""What makes a function a job, and puts it down in the transaction that needs it.

A job is done at least once: where a worker is killed, or hangs for too long, another one begins it
anew. So it has to bear that.
"""

import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from inspect import signature
from typing import Any, Concatenate, Generic, ParamSpec

from sqlalchemy.ext.asyncio import AsyncSession

from ..observability import logs
from .models import Job, in_seconds

Arguments = ParamSpec("Arguments")
JOBS: dict[str, "JobFunction[Any]"] = {}

# What is made a job.
Function = Callable[Concatenate[Any, Arguments], Coroutine[Any, Any, None]]


class JobFunction(Generic[Arguments]):
    """A function that is called in the background, with the worker's resources before all else.

    name: under which it is put down: `notes.jobs.remind`.
    """

    def __init__(
        self,
        function: Function[Arguments],
        tries: int,
        timeout: timedelta,
        every: timedelta | None,
    ) -> None:
        self.function = function
        self.tries = tries
        self.timeout = timeout
        self.every = every
        module = function.__module__.partition(".")[2]
        self.name = f"{module}.{function.__name__}"

    def enqueue(
        self, session: AsyncSession, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> None:
        """Have it called once this session's transaction is committed; not at all otherwise.

        Raises TypeError for arguments that it can't be called with, or that JSON can't hold.
        """
        given = signature(self.function).bind(None, *arguments, **named).arguments
        given.pop(next(iter(given)))
        try:
            json.dumps(given, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{self.name} is given what JSON can't hold: {error}") from None
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
    *,
    tries: int = 12,
    timeout: timedelta = timedelta(minutes=10),
    every: timedelta | None = None,
) -> Callable[[Function[Arguments]], JobFunction[Arguments]]:
    """Make a function a job; it stands in the `jobs` of a feature.

    tries: after so many it has failed for good, by default after some 70 minutes. timeout: what
    takes longer has failed. every: how often it is done by itself, by one worker, however many
    there are.
    """

    def decorate(function: Function[Arguments]) -> JobFunction[Arguments]:
        made = JobFunction(function, tries, timeout, every)
        JOBS[made.name] = made
        return made

    return decorate

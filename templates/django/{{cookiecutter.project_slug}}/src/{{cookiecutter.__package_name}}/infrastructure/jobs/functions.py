"""What makes a function a job, and puts it down in the transaction that needs it.

A job is done at least once: where a worker is killed, or hangs for too long, another one begins it
anew. So it has to bear that.

Django 6 has `django.tasks`, but no worker for it, nothing that is done every hour, and Django 5.2,
which is the newest on Python 3.11, has not even that.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from inspect import signature
from typing import Any, Generic, ParamSpec

from ..observability import logs
from .models import Job

Arguments = ParamSpec("Arguments")
JOBS: dict[str, "JobFunction[Any]"] = {}


class JobFunction(Generic[Arguments]):
    """A function that is called in the background.

    name: under which it is put down: `notes.jobs.remind`.
    """

    def __init__(
        self,
        function: Callable[Arguments, None],
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

    def enqueue(self, *arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        """Have it called once the transaction around this is committed; not at all otherwise.

        Raises TypeError for arguments that it can't be called with, or that JSON can't hold.
        """
        given = signature(self.function).bind(*arguments, **named).arguments
        try:
            json.dumps(given, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{self.name} is given what JSON can't hold: {error}") from None
        Job.objects.create(
            name=self.name,
            arguments=given,
            request_id=logs.request_id.get() or "",
            trace=logs.traceparent() or "",
        )


def job(
    *,
    tries: int = 12,
    timeout: timedelta = timedelta(minutes=10),
    every: timedelta | None = None,
) -> Callable[[Callable[Arguments, None]], JobFunction[Arguments]]:
    """Make a function a job; it stands in the `jobs` of a feature.

    tries: after so many it has failed for good, by default after some 70 minutes. timeout: what
    takes longer has failed. every: how often it is done by itself, by one worker, however many
    there are.
    """

    def decorate(function: Callable[Arguments, None]) -> JobFunction[Arguments]:
        made = JobFunction(function, tries, timeout, every)
        JOBS[made.name] = made
        return made

    return decorate

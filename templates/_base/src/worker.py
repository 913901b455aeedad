"""The worker: a process that does background jobs, and what it does them with."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from click import echo

from .config import Settings
from .features import modules
from .infrastructure.database.access import Database, for_command
from .infrastructure.jobs.queue import Queue
from .infrastructure.jobs.taken import table
from .infrastructure.jobs.work import Worker
from .infrastructure.mail import Mailer
from .infrastructure.observability import logs, processes

PATIENCE_SECONDS = 30
# Where there is not enough of the processor, who waits for an answer comes first.
NICENESS = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What each job is called with; add what yours need."""

    settings: Settings
    database: Database
    mailer: Mailer


def run(settings: Settings) -> None:
    """Do what is due until a signal, and finish what is begun."""
    logs.configure(settings)
    if sys.platform != "win32":
        os.nice(NICENESS)
    _log.info("doing jobs")
    asyncio.run(_work(settings, is_alone=True))
    _log.info("stopped")


def run_beside(settings: Settings) -> None:
    """Do what is due, in a thread of a process that does something else, until that ends."""
    asyncio.run(_work(settings, is_alone=False))


def tell_failed(settings: Settings, ids: Collection[UUID], *, retry: bool) -> None:
    """Print the jobs that have failed for good, all or these, a line each; retry: begin them anew.

    Raises ClickException.
    """
    asyncio.run(_tell_failed(settings, ids, retry=retry))


async def _tell_failed(settings: Settings, ids: Collection[UUID], *, retry: bool) -> None:
    async with for_command(settings.database_url.get_secret_value()) as database:
        queue = Queue(database)
        echo(table(await queue.failed(ids)), nl=False)
        if retry:
            echo(f"Begun anew: {await queue.retry(ids)}")


async def _work(settings: Settings, *, is_alone: bool) -> None:
    modules("jobs")
    database = Database(settings.database_url.get_secret_value())
    queue, provider = Queue(database), None
    if is_alone and settings.otel_exporter_otlp_endpoint:
        from .infrastructure.observability import spans

        provider = spans.provider(settings)
        database.trace(provider)
        queue = Queue(database, partial(spans.of_job, provider))
    resources = Resources(settings=settings, database=database, mailer=Mailer(settings))
    worker = Worker(queue, resources)
    if is_alone:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
        if settings.worker_port:
            processes.serve(settings.host, settings.worker_port, worker.figures)
    await worker.run(PATIENCE_SECONDS)
    await database.close()
    if provider:
        provider.shutdown()

"""The worker: a process that does background jobs."""

import logging
import os
import signal
import sys
from collections.abc import Collection
from functools import partial
from uuid import UUID

from click import ClickException, echo

from .config import Settings
from .features import modules
from .infrastructure.database.access import Database
from .infrastructure.errors import DomainError
from .infrastructure.observability import logs, processes
from .infrastructure.setup import set_up

PATIENCE_SECONDS = 30
# Where there is not enough of the processor, who waits for an answer comes first.
NICENESS = 10

_log = logging.getLogger(__name__)

# What has models is imported once Django is set up.


def run(settings: Settings) -> None:
    """Do what is due until a signal, and finish what is begun."""
    logs.configure(settings)
    if sys.platform != "win32":
        os.nice(NICENESS)
    _log.info("doing jobs")
    _work(settings, is_alone=True)
    _log.info("stopped")


def run_beside(settings: Settings) -> None:
    """Do what is due, in a thread of a process that does something else, until that ends."""
    _work(settings, is_alone=False)


def tell_failed(_settings: Settings, ids: Collection[UUID], *, retry: bool) -> None:
    """Print the jobs that have failed for good, all or these, a line each; retry: begin them anew.

    Raises ClickException.
    """
    set_up()
    from .infrastructure.jobs.queue import Queue
    from .infrastructure.jobs.taken import table

    queue = Queue()
    try:
        Database().need_tables()
        echo(table(queue.failed(ids)), nl=False)
        if retry:
            echo(f"Begun anew: {queue.retry(ids)}")
    except DomainError as error:
        raise ClickException(str(error)) from None


def _work(settings: Settings, *, is_alone: bool) -> None:
    set_up()
    from .infrastructure.jobs.queue import Queue
    from .infrastructure.jobs.work import Worker

    modules("jobs")
    queue = Queue()
    if is_alone and settings.otel_exporter_otlp_endpoint:
        from .infrastructure.observability import spans, tracing

        queue = Queue(partial(spans.of_job, tracing.provider(settings)))
    worker = Worker(queue, None)
    if is_alone:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
        if settings.worker_port:
            processes.serve(settings.host, settings.worker_port, worker.figures)
    worker.run(PATIENCE_SECONDS)

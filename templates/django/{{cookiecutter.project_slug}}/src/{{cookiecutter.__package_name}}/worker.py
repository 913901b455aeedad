"""The worker: a process that does background jobs."""

import logging
import signal
from functools import partial

from click import ClickException, echo

from .config import Settings
from .features import modules
from .infrastructure.errors import DomainError
from .infrastructure.observability import logs
from .infrastructure.setup import set_up

PATIENCE_SECONDS = 30

_log = logging.getLogger(__name__)

# What has models is imported once Django is set up.


def run(settings: Settings) -> None:
    """Do what is due until a signal, and finish what is begun."""
    logs.configure(settings)
    _log.info("doing jobs")
    _work(settings, is_alone=True)
    _log.info("stopped")


def run_beside(settings: Settings) -> None:
    """Do what is due, in a thread of a process that does something else, until that ends."""
    _work(settings, is_alone=False)


def tell_failed(_settings: Settings, *, retry: bool) -> None:
    """Print the jobs that have failed for good, a line each; retry: begin them anew."""
    set_up()
    from .infrastructure.jobs.queue import Queue

    queue = Queue()
    try:
        for job in queue.failed():
            echo(f"{job.id} {job.name} {job.created_at:%Y-%m-%d %H:%M:%S}Z {job.error}")
        if retry:
            echo(f"{queue.retry()} are begun anew.")
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
            from .infrastructure.jobs import metrics

            metrics.serve(settings.host, settings.worker_port, worker.figures)
    worker.run(PATIENCE_SECONDS)

"""Metrics of a worker, which serves nothing else."""

from collections.abc import Callable, Iterable

from click import ClickException
from prometheus_client import CollectorRegistry, start_http_server

from ..observability.processes import Figure, Processes


def serve(host: str, port: int, figures: Callable[[], Iterable[Figure]]) -> None:
    """Tell them to whoever asks, in a thread, until the process ends.

    Raises ClickException where it can't listen there.
    """
    processes = Processes(None)
    processes.watch(figures)
    registry = CollectorRegistry()
    registry.register(processes)
    try:
        start_http_server(port, host, registry)
    except OSError as error:
        raise ClickException(f"WORKER_PORT: {host}:{port}: {error.strerror}") from None

"""Metrics of a worker, which serves nothing else."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, start_http_server

from ..observability.processes import Figure, Processes


def serve(host: str, port: int, figures: Callable[[], Iterable[Figure]]) -> None:
    """Tell them to whoever asks, in a thread, until the process ends; raises OSError."""
    processes = Processes(None)
    processes.watch(figures)
    registry = CollectorRegistry()
    registry.register(processes)
    start_http_server(port, host, registry)

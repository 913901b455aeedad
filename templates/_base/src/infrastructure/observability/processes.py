"""What is true of each process that answers requests, at the moment of a scrape.

The process that is scraped asks the others, by sockets in the folder that they share: so nothing
has to be written down while requests are answered.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

from click import ClickException
from prometheus_client import (
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

# A name, of a counter if it ends with `_total`, what it means, and the value.
Figure = tuple[str, str, float]

# For an answer of another process, which may hang.
PATIENCE_SECONDS = 0.5
RECOVERY_SECONDS = 1

_log = logging.getLogger(__name__)


def of_pool(lent: int, left: int, most: int) -> list[Figure]:
    """What a scrape is told of a pool of connections to the database."""
    return [
        ("database_connections_in_use", "Connections that the pool has lent.", lent),
        ("database_connections_idle", "Connections that the pool has besides.", left),
        ("database_connections_max", "Connections that the pool may have.", most),
    ]


class Processes(Collector):
    """Figures of this process, and of those beside it.

    folder: the one that they share, if there are others.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._name = str(os.getpid())
        self._own = CollectorRegistry()
        ProcessCollector(registry=self._own)
        self._watched = _Watched()
        self._own.register(self._watched)
        if folder and folder.is_dir():
            self._listen(folder / f"{self._name}.sock")

    def watch(self, figures: Callable[[], Iterable[Figure]]) -> None:
        """Have a function called at each scrape, for what it tells of this process."""
        self._watched.all.append(figures)

    def collect(self) -> Iterable[Metric]:
        """The figures of all, each with its process as a label."""
        merged: dict[str, Metric] = {}
        for pid, text in self._texts():
            for told in text_string_to_metric_families(text.decode()):
                metric = merged.setdefault(
                    told.name, Metric(told.name, told.documentation, told.type)
                )
                for sample in told.samples:
                    metric.add_sample(sample.name, {**sample.labels, "pid": pid}, sample.value)
        return merged.values()

    def _texts(self) -> Iterator[tuple[str, bytes]]:
        yield self._name, generate_latest(self._own)
        for path in self._folder.glob("*.sock") if self._folder else ():
            # It may have ended, or hang.
            with suppress(OSError):
                if path.stem != self._name:
                    yield path.stem, _ask(path)

    def _listen(self, path: Path) -> None:
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(str(path))
        except OSError as error:
            # Its name is too long where that of the temporary folder is.
            _log.warning("the others can't ask this process", extra={"error": str(error)})
            return listening.close()
        listening.listen()
        Thread(target=self._answer, args=(listening,), daemon=True).start()

    def _answer(self, listening: socket.socket) -> None:
        while True:
            self.answer(listening)

    def answer(self, listening: socket.socket) -> None:
        """Tell the next one that asks."""
        try:
            connection = listening.accept()[0]
        except OSError:
            # This process can open no more files.
            return time.sleep(RECOVERY_SECONDS)
        # Who has asked may have gone: many have where this process has hung, and others wait.
        with connection, suppress(OSError):
            connection.sendall(generate_latest(self._own))


def serve(host: str, port: int, figures: Callable[[], Iterable[Figure]]) -> None:
    """Tell the figures of a worker, which serves nothing else, in a thread until the process ends.

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


class _Watched(Collector):
    """Asks for figures when they are wanted."""

    def __init__(self) -> None:
        self.all: list[Callable[[], Iterable[Figure]]] = []

    def collect(self) -> Iterator[Metric]:
        for figures in self.all:
            for name, meaning, value in figures():
                family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
                yield family(name, meaning, value=value)


def _ask(path: Path) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(str(path))
        with connection.makefile("rb") as answer:
            return answer.read()

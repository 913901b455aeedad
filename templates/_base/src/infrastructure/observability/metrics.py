"""Prometheus metrics: of the HTTP requests, summed over the workers, and of each worker."""

import os
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from ...about import FRAMEWORK, NAME, VERSION
from ..serving import FOLDER_VARIABLE
from .processes import Figure, Processes

MEDIA_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"


class Metrics:
    """Counts requests, and how long they took, and asks for what is true at a scrape.

    watch: takes a function that is called then, and gives figures of this process.
    figures: such functions, to begin with.
    """

    def __init__(self, *figures: Callable[[], Iterable[Figure]]) -> None:
        self._registry = CollectorRegistry()
        self._others = (_build(), Processes(_shared_folder()))
        for other in self._others:
            self._registry.register(other)
        self.watch = self._others[1].watch
        for each in figures:
            self.watch(each)
        self._requests = Counter(
            "http_requests_total",
            "HTTP requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Time from a request's head to the end of its answer.",
            ("method", "route"),
            registry=self._registry,
        )
        # A look-up here is several times cheaper than `labels()`.
        self._children: dict[
            tuple[str, str | None, int], tuple[Callable[[], None], Callable[[float], None]]
        ] = {}

    def observe(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count a request; route: the template that matched, or None."""
        key = (method, route, status)
        children = self._children.get(key) or self._child(key)
        children[0]()
        children[1](seconds)

    def render(self) -> bytes:
        """All workers' metrics in Prometheus' text format."""
        registry = self._registry
        # Where somebody has cleared the folder away, there are only those of this process.
        if (folder := _shared_folder()) and folder.is_dir():
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # has no annotations
            for other in self._others:
                registry.register(other)
        return generate_latest(registry)

    def _child(
        self, key: tuple[str, str | None, int]
    ) -> tuple[Callable[[], None], Callable[[float], None]]:
        if not self._children and (folder := _shared_folder()):
            # The first opens this process's files there, whatever has become of the folder.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        method, route, status = key
        method = method if method in METHODS else "OTHER"
        route = route or UNMATCHED
        children = (
            self._requests.labels(method, route, str(status)).inc,
            self._durations.labels(method, route).observe,
        )
        if method != "OTHER":
            self._children[key] = children
        return children


def _build() -> Info:
    """Says what is running."""
    info = Info("build", "What is running.", registry=None)
    info.info(
        {
            "name": NAME,
            "version": VERSION,
            "framework": FRAMEWORK,
            "framework_version": version(FRAMEWORK),
        }
    )
    return info


def _shared_folder() -> Path | None:
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) if folder else None

"""What the system shows of a service meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.parse import urlsplit

from tests.contract.processes import connections, workers
from tests.contract.service import OwnService

EVERY_SECONDS = 0.5


@dataclass
class Seen:
    """The most connections to its database that it had at a time, and all its workers."""

    connections: int = 0
    workers: set[int] = field(default_factory=set)


@contextmanager
def watched(service: OwnService) -> Iterator[Seen]:
    seen, over = Seen(), Event()
    port = urlsplit(service.settings["DATABASE_URL"]).port

    def look() -> None:
        while not over.wait(EVERY_SECONDS):
            seen.workers |= {worker.pid for worker in workers(service.leader)}
            if port:
                seen.connections = max(seen.connections, connections(service.leader, port))

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()

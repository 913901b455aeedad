"""Worker processes that die are replaced."""

from collections.abc import Callable
from contextlib import suppress

import httpx
import psutil

from .processes import workers
from .service import OwnService, Serving
from .waiting import eventually


def test_workers_that_die_are_replaced(serving: Serving, redis_url: str) -> None:
    with serving(WEB_CONCURRENCY="2", REDIS_URL=redis_url) as service:
        leader = service.leader
        eventually(lambda: len(workers(leader)) == 2, "two workers")
        for worker in workers(leader):
            kill_and_await_another(leader, worker)
            # The one that is left, or its replacement, answers; in the end only replacements can.
            eventually(lambda: answers(service), "it answers", within=15)
        assert all(answers(service) for _ in range(20))


def test_a_worker_that_dies_soon_after_its_start_is_replaced_too(serving: Serving) -> None:
    with serving(WEB_CONCURRENCY="2") as service:
        leader = service.leader
        eventually(lambda: len(workers(leader)) == 2, "two workers")
        [_, lasting] = workers(leader)
        for _ in range(3):
            [short_lived] = [worker for worker in workers(leader) if worker != lasting]
            kill_and_await_another(leader, short_lived)
        assert lasting.is_running()
        assert answers(service)


def kill_and_await_another(leader: int, worker: psutil.Process) -> None:
    """Kill a worker, and wait until there are two again that have started."""
    worker.kill()
    eventually(lambda: worker not in workers(leader), "it is gone")
    eventually(lambda: len(workers(leader)) == 2, "two workers again", within=15)
    for other in workers(leader):
        eventually(idle(other), "it has started", within=15)


def idle(worker: psutil.Process) -> Callable[[], bool]:
    """Whether the worker does nothing, as one that has started."""
    return lambda: worker.cpu_percent(interval=0.3) < 5


def answers(service: OwnService) -> bool:
    with suppress(httpx.TransportError), service.client() as client:
        return client.get("/readyz").status_code == 200
    return False

"""Worker processes that die are replaced, and end with the process that has started them."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import psutil
import pytest

from .processes import can_be_used, workers
from .service import OwnService, Serving
from .waiting import eventually


@pytest.fixture(scope="module")
def served(measured_serving: Serving, redis_url: str) -> Iterator[OwnService]:
    """A service of two workers."""
    with measured_serving(WEB_CONCURRENCY="2", REDIS_URL=redis_url) as service:
        eventually(lambda: len(workers(service.leader)) == 2, "two workers")
        yield service


def test_workers_that_die_are_replaced(served: OwnService) -> None:
    for worker in workers(served.leader):
        kill_and_await_another(served.leader, worker)
        # The one that is left, or its replacement, answers; in the end only replacements can.
        eventually(lambda: answers(served), "it answers", within=15)
    assert all(answers(served) for _ in range(20))


def test_a_worker_that_dies_soon_after_its_start_is_replaced_too(served: OwnService) -> None:
    leader = served.leader
    [_, lasting] = workers(leader)
    for _ in range(3):
        [short_lived] = [worker for worker in workers(leader) if worker != lasting]
        kill_and_await_another(leader, short_lived)
    assert lasting.is_running()
    assert answers(served)


def test_none_answers_when_the_first_process_has_been_killed(measured_serving: Serving) -> None:
    with measured_serving(WEB_CONCURRENCY="2", ready_at="/livez") as service:
        service.kill()
        eventually(lambda: can_be_used(service.port), "another can serve there", within=15)


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

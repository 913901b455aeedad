"""Worker processes that die are replaced, and end with the process that has started them."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import create_connection
from time import monotonic, sleep

import httpx
import psutil
import pytest

from .problems import assert_problem
from .processes import can_be_used, group, workers
from .service import OwnService, Serving
from .waiting import eventually

pytestmark = pytest.mark.alike("granian")


@pytest.fixture(scope="module")
def served(serving: Serving, redis_url: str) -> Iterator[OwnService]:
    """A service of two workers."""
    with serving(WEB_CONCURRENCY="2", REDIS_URL=redis_url) as service:
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


def test_a_worker_that_is_told_to_stop_is_replaced_and_the_others_answer_meanwhile(
    served: OwnService,
) -> None:
    [told, _] = workers(served.leader)
    told.terminate()
    while told in workers(served.leader):
        # Whom it lets in at the last moment it cuts off; asked again, the other one answers.
        eventually(lambda: answers(served), "it answers", within=5)
    eventually(lambda: len(workers(served.leader)) == 2, "two workers again", within=15)
    assert all(answers(served) for _ in range(20))


def test_workers_that_die_while_the_service_drains_are_replaced_and_all_end_with_the_first_process(
    serving: Serving,
) -> None:
    with serving(WEB_CONCURRENCY="2", DRAIN_SECONDS="6") as service:
        for worker in workers(service.leader):
            # One that has not started is killed at once, by the process that has started it.
            eventually(idle(worker), "it has started", within=15)
        service.terminate()
        killed = workers(service.leader)
        for worker in killed:
            worker.kill()
        # Until one is gone, it may have taken a connection.
        psutil.wait_procs(killed, timeout=15)
        with service.client() as client:
            assert_problem(client.get("/readyz"), 503, extra=["checks"])
        service.kill()
        eventually(lambda: can_be_used(service.port), "another can serve there", within=15)
        eventually(lambda: not group(service.leader), "no process is left behind", within=15)


def test_where_none_can_start_it_ends_with_status_1(serving: Serving) -> None:
    with serving(ready_at="/livez") as service:
        service.is_over = True
        end = monotonic() + 60
        while service.process.poll() is None:
            assert monotonic() < end, "it goes on for ever"
            kill_children(service.leader)
            sleep(0.002)
        assert service.process.returncode == 1


def test_a_thousand_connections_may_wait_while_all_are_busy(served: OwnService) -> None:
    with ExitStack() as stopped, ExitStack() as waiting:
        for process in group(served.leader):
            process.suspend()
            stopped.callback(process.resume)
        for _ in range(1000):
            waiting.enter_context(create_connection(("127.0.0.1", served.port), timeout=2))
    assert answers(served)


def test_it_does_without_the_folder_that_workers_share(served: OwnService) -> None:
    [shared] = served.shared
    # At once: a worker may be just making a file there.
    shared.rename(served.folder / "away")
    kill_and_await_another(served.leader, workers(served.leader)[0])
    # A connection each: the worker that has been there, and the one that has not.
    assert all(answers(served, path) for path in ["/livez", "/metrics"] * 10)


def kill_children(leader: int) -> None:
    """Kill all that a process has started, as soon as it has."""
    with suppress(FileNotFoundError):
        for child in Path(f"/proc/{leader}/task/{leader}/children").read_text("utf-8").split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)


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


def answers(service: OwnService, path: str = "/readyz") -> bool:
    with suppress(httpx.TransportError), service.client() as client:
        return client.get(path).status_code == 200
    return False

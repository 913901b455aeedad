"""Background jobs: who does them, how often, and what is left of those that fail."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from task_service.infrastructure.database.access import Database
from task_service.infrastructure.errors import Unavailable
from task_service.infrastructure.jobs import work
from task_service.infrastructure.jobs.functions import JOBS, JobFunction, job
from task_service.infrastructure.jobs.models import Job, in_seconds
from task_service.infrastructure.jobs.queue import Queue
from task_service.infrastructure.jobs.work import Worker

from .either import entered, settled, suited

done: list[Any] = []


def note(resources: str, first: str, second: int = 0) -> None:
    done.append((resources, first, second))


def fail(_resources: str) -> None:
    raise ValueError("no luck")


@pytest.fixture(autouse=True)
def _jobs() -> Iterator[None]:
    """No jobs but those of a test."""
    others = dict(JOBS)
    JOBS.clear()
    done.clear()
    yield
    JOBS.clear()
    JOBS.update(others)


def made(function: Callable[..., None], **options: Any) -> JobFunction[Any]:
    return job(**options)(suited(function, like=Queue.take))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database: Any = Database(url)
    yield database
    await settled(database.close())


def queue_in(database: Database) -> Any:
    """A queue, whose methods may be asynchronous."""
    return Queue(database)


def worker_in(database: Database) -> Any:
    """A worker likewise."""
    return Worker(Queue(database), "resources")


async def put(
    database: Database, function: JobFunction[Any], *given: Any, fails: bool = False, **named: Any
) -> None:
    """Put a job down, in a transaction that may fail later on."""
    async with entered(database.write()) as session:
        function.enqueue(session, *given, **named)
        if fails:
            await settled(session.flush())
            session.add(Job(name=None, arguments={}))


async def left(database: Database) -> list[Job]:
    async with entered(database.read()) as session:
        return list((await settled(session.scalars(select(Job).order_by(Job.id)))).all())


async def change(database: Database, **values: Any) -> None:
    async with entered(database.write()) as session:
        await settled(session.execute(update(Job).values(**values)))


async def counted(database: Database) -> list[int]:
    """How many wait, are running, will be tried again, and have failed."""
    return [value for *_, value in await settled(queue_in(database).figures())][:4]


async def drain(database: Database) -> None:
    await settled(worker_in(database).drain())


async def test_a_job_is_done_once_it_is_committed(database_url: str) -> None:
    async with opened(database_url) as database:
        function = made(note)
        with pytest.raises(IntegrityError):
            await put(database, function, "rolled back", fails=True)
        await put(database, function, "committed", second=2)
        await drain(database)
        assert done == [("resources", "committed", 2)]
        assert await left(database) == []


async def test_what_a_job_can_not_be_called_with_is_refused_at_once(database_url: str) -> None:
    async with opened(database_url) as database:
        function = made(note)
        with pytest.raises(TypeError):
            await put(database, function)
        for unfit in (database, float("nan")):
            with pytest.raises(TypeError, match="is given what JSON can't hold"):
                await put(database, function, unfit)
        assert await left(database) == []


async def test_each_job_is_one_workers(database_url: str) -> None:
    async with opened(database_url) as database:
        function, queue = made(note), queue_in(database)
        for number in range(5):
            await put(database, function, str(number))
        taken = await settled(queue.take(2)) + await settled(queue.take(9))
        assert [each.arguments["first"] for each in taken] == ["0", "1", "2", "3", "4"]
        assert await settled(queue.take(9)) == []
        await settled(queue.give_back(taken[:1]))
        assert [each.id for each in await settled(queue.take(9))] == [taken[0].id]


async def test_a_worker_that_was_given_up_changes_nothing(database_url: str) -> None:
    async with opened(database_url) as database:
        await put(database, made(note), "once")
        queue = queue_in(database)
        [late] = await settled(queue.take(1))
        await change(database, due_at=in_seconds(-1))
        [taken] = await settled(queue.take(1))
        assert (late.id, late.attempts, taken.attempts) == (taken.id, 1, 2)
        await settled(queue.finish(late))
        await settled(queue.fail(late, ValueError("late")))
        [kept] = await left(database)
        assert (kept.error, kept.is_running) == (None, True)
        await settled(queue.keep([taken]))
        await settled(queue.finish(taken))
        assert await left(database) == []


async def test_what_fails_is_tried_again_later_each_time_and_then_kept(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url) as database:
        await put(database, made(fail, tries=3))
        pauses = []
        for _ in range(3):
            await drain(database)
            [kept] = await left(database)
            assert kept.error == "ValueError('no luck')"
            if kept.due_at:
                assert await counted(database) == [0, 0, 1, 0]
                pauses.append((kept.due_at - kept.created_at).total_seconds())
                await change(database, due_at=in_seconds())
        assert kept.due_at is None
        assert 2 <= pauses[0] < 4 <= pauses[1] < 6
        told = [(record.levelname, bool(record.exc_info)) for record in caplog.records]
        assert told == [("WARNING", False), ("WARNING", False), ("ERROR", True)]
        assert [each.id for each in await settled(queue_in(database).failed())] == [kept.id]


async def test_what_has_failed_for_good_is_begun_anew_all_or_some(database_url: str) -> None:
    async with opened(database_url) as database:
        function, queue = made(fail, tries=1), queue_in(database)
        for _ in range(3):
            await put(database, function)
        await drain(database)
        first, second, third = await left(database)
        assert [each.id for each in await settled(queue.failed([second.id]))] == [second.id]
        assert await settled(queue.retry([second.id])) == 1
        assert [each.id for each in await settled(queue.failed())] == [first.id, third.id]
        assert await counted(database) == [1, 0, 0, 2]
        assert await settled(queue.retry()) == 2
        assert [(each.attempts, each.due_at is None) for each in await left(database)] == [
            (0, False)
        ] * 3


async def test_an_error_that_can_not_say_what_it_is_is_kept_all_the_same(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Nameless(Exception):
        def __repr__(self) -> str:
            raise ValueError

    class Binary(Exception):
        def __repr__(self) -> str:
            return "\0\udcff" + 2000 * "x"

    errors: list[Exception] = [Nameless(), Binary()]

    def raise_next(_resources: str) -> None:
        raise errors.pop(0)

    async with opened(database_url) as database:
        function = made(raise_next)
        for _ in range(2):
            await put(database, function)
        await drain(database)
        kept = [each.error or "" for each in await left(database)]
        assert [words[:10] for words in kept] == ["Nameless", r"\0\udcffxx"]
        assert len(kept[1]) < 1100
        assert "for now" in caplog.text


async def test_what_ends_each_worker_is_not_tried_for_ever(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url) as database:
        await put(database, made(note, tries=2), "deadly")
        await change(database, attempts=2)
        await drain(database)
        [kept] = await left(database)
        assert kept.due_at is None
        assert done == []
        assert "failed for good" in caplog.text


async def test_what_is_done_by_itself_is_put_down_once_and_again(database_url: str) -> None:
    async with opened(database_url) as database:
        function = made(note, every=timedelta(hours=1))
        function.function = suited(lambda resources: done.append(resources), like=Queue.take)
        for _ in range(2):
            await settled(queue_in(database).schedule())
        for _ in range(2):
            await drain(database)
        assert done == ["resources"]
        [kept] = await left(database)
        assert kept.due_at
        assert timedelta(minutes=59) < kept.due_at - kept.created_at < timedelta(minutes=61)


async def test_what_is_done_by_itself_never_fails_for_good(database_url: str) -> None:
    async with opened(database_url) as database:
        made(fail, tries=1, every=timedelta(seconds=1))
        await settled(queue_in(database).schedule())
        await drain(database)
        [kept] = await left(database)
        assert kept.due_at
        assert kept.error


async def test_what_a_worker_does_not_know_is_left_to_others_for_an_hour(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url) as database:
        await put(database, made(note), "later")
        JOBS.clear()
        await drain(database)
        assert await counted(database) == [1, 0, 0, 0]
        await change(database, due_at=in_seconds(-3600))
        await drain(database)
        assert await counted(database) == [0, 0, 0, 1]
        assert (await left(database))[0].error == "LookupError('no code knows this job')"
        assert "failed for good" in caplog.text


async def test_what_is_not_done_by_itself_any_more_is_over(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url) as database:
        made(note, every=timedelta(hours=1))
        await settled(queue_in(database).schedule())
        JOBS.clear()
        await change(database, due_at=in_seconds(-3600))
        await drain(database)
        assert await left(database) == []
        assert caplog.text == ""


async def test_what_is_done_by_itself_later_counts_as_nothing(database_url: str) -> None:
    async with opened(database_url) as database:
        function = made(note, every=timedelta(hours=1))
        function.function = suited(lambda resources: done.append(resources), like=Queue.take)
        await drain(database)
        assert done
        assert await counted(database) == [0, 0, 0, 0]


async def test_what_takes_too_long_has_failed_and_leaves_its_place(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.1)
    monkeypatch.setattr(work, "CONCURRENCY", 1)
    async with opened(database_url) as database:
        over = threading.Event()
        is_asynchronous = asyncio.iscoroutinefunction(Queue.take)

        def hang(_resources: str) -> None:
            over.wait()

        async def hang_without_a_thread(_resources: str) -> None:
            await asyncio.sleep(60)

        hanging = hang_without_a_thread if is_asynchronous else hang
        await put(database, job(timeout=timedelta(seconds=0.1))(hanging))  # type: ignore[arg-type]
        await put(database, made(note), "next")
        await run_until(worker_in(database), lambda: done)
        [kept] = await left(database)
        assert (kept.is_running, kept.error) == (False, "TimeoutError('it takes too long')")
        assert "for now" in caplog.text
        over.set()


async def run_until(worker: Any, over: Callable[[], object]) -> None:
    """Have a worker work until something is so."""

    def stop() -> None:
        while not over():
            threading.Event().wait(0.01)
        worker.stop()

    stopping = asyncio.to_thread(stop)
    is_asynchronous = asyncio.iscoroutinefunction(worker.run)
    running = worker.run(0.1) if is_asynchronous else asyncio.to_thread(worker.run, 0.1)
    await asyncio.gather(running, stopping)


async def test_a_worker_does_what_is_due_until_it_is_told_to_stop(database_url: str) -> None:
    async with opened(database_url) as database:
        await put(database, made(note), "at once")
        worker = worker_in(database)
        await run_until(
            worker, lambda: done and [name for name, *_ in worker.figures()][3] == "jobs_failed"
        )
        assert done == [("resources", "at once", 0)]


async def test_what_takes_too_long_at_the_end_is_given_back(database_url: str) -> None:
    async with opened(database_url) as database:
        begun, over = threading.Event(), threading.Event()

        def hang(_resources: str) -> None:
            begun.set()
            over.wait()

        async def hang_without_a_thread(_resources: str) -> None:
            begun.set()
            await asyncio.sleep(60)

        is_asynchronous = asyncio.iscoroutinefunction(Queue.take)
        function = job()(hang_without_a_thread if is_asynchronous else hang)  # type: ignore[arg-type]
        await put(database, function)
        await run_until(worker_in(database), begun.is_set)
        [kept] = await left(database)
        assert (kept.is_running, kept.attempts) == (False, 1)
        over.set()


async def test_a_worker_waits_for_its_tables_and_says_so_once(
    new_database: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    # It has no tables yet.
    async with opened(new_database()) as opened_one:
        database: Any = opened_one
        worker = worker_in(database)
        made(note)
        await run_until(worker, lambda: caplog.records)
        told = ["waiting for tables: the command `migrate` makes them"]
        assert [record.message for record in caplog.records] == told


async def test_a_worker_goes_on_once_its_database_answers_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "POLL_SECONDS", 0.01)
    failures: list[Exception] = [Unavailable("The database is not available."), ValueError("odd")]

    class Flickering(Queue):
        """A queue of which nothing is known for a while."""

        def take(self, most: int) -> Any:
            if failures:
                raise failures.pop(0)
            return super().take(most)

    async with opened(database_url) as database:
        await put(database, made(note), "later")
        worker: Any = Worker(Flickering(database), "resources")
        await run_until(worker, lambda: done)
        assert done == [("resources", "later", 0)]
        # That the database is away has been said where it was asked.
        assert [record.message for record in caplog.records] == ["no job can be taken"]


async def test_a_worker_has_no_figures_while_its_database_is_away(database_url: str) -> None:
    def fail_to_answer(_queue: Queue) -> None:
        raise Unavailable("The database is not available.")

    class Away(Queue):
        """A queue of which nothing is known."""

        figures = suited(fail_to_answer, like=Queue.figures)

    async with opened(database_url) as database:
        worker = Worker(Away(database), "resources")
        assert await asyncio.to_thread(worker.figures) == []

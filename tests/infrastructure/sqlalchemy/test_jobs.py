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
from task_service.infrastructure.jobs.clock import in_seconds
from task_service.infrastructure.jobs.models import Job
from task_service.infrastructure.jobs.queue import JOBS, JobFunction, Queue, job
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
        await settled(queue.fail(late, "late"))
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
                now = await settled(queue_in(database).figures())
                pauses.append((kept.due_at - kept.created_at).total_seconds())
                assert now[0][2] == 1
                await change(database, due_at=in_seconds())
        assert kept.due_at is None
        assert 2 <= pauses[0] < 4 <= pauses[1] < 6
        assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "ERROR"]
        assert [each.id for each in await settled(queue_in(database).failed())] == [kept.id]
        assert await settled(queue_in(database).retry()) == 1
        [again] = await left(database)
        assert (again.attempts, again.due_at is None) == (0, False)


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


async def test_what_a_worker_does_not_know_is_left_to_others(database_url: str) -> None:
    async with opened(database_url) as database:
        await put(database, made(note), "later")
        JOBS.clear()
        await drain(database)
        assert len(await left(database)) == 1


async def test_a_worker_does_what_is_due_until_it_is_told_to_stop(database_url: str) -> None:
    async with opened(database_url) as database:
        await put(database, made(note), "at once")
        worker = worker_in(database)

        def stop_once_done() -> None:
            while not done:
                threading.Event().wait(0.01)
            assert [name for name, *_ in worker.figures()][2] == "jobs_failed"
            worker.stop()

        stopping = asyncio.to_thread(stop_once_done)
        if asyncio.iscoroutinefunction(worker.run):
            await asyncio.gather(worker.run(5), stopping)
        else:
            await asyncio.gather(asyncio.to_thread(worker.run, 5), stopping)
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
        worker = worker_in(database)

        def stop_once_begun() -> None:
            begun.wait()
            worker.stop()

        stopping = asyncio.to_thread(stop_once_begun)
        running = worker.run(0.1) if is_asynchronous else asyncio.to_thread(worker.run, 0.1)
        await asyncio.gather(running, stopping)
        [kept] = await left(database)
        assert (kept.is_running, kept.attempts) == (False, 1)
        over.set()


async def test_a_worker_waits_while_the_database_is_away(
    new_database: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    # It has no tables yet.
    async with opened(new_database()) as database:
        worker = worker_in(database)
        made(note)
        told: list[Any] = []

        def ask_and_stop() -> None:
            while not caplog.records:
                threading.Event().wait(0.01)
            told.extend(worker.figures())
            worker.stop()

        stopping = asyncio.to_thread(ask_and_stop)
        is_asynchronous = asyncio.iscoroutinefunction(worker.run)
        running = worker.run(1) if is_asynchronous else asyncio.to_thread(worker.run, 1)
        await asyncio.gather(running, stopping)
        assert told == []

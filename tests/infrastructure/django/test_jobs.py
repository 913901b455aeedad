"""Background jobs: who does them, how often, and what is left of those that fail."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from task_service.infrastructure.database.access import Database
from task_service.infrastructure.errors import Unavailable
from task_service.infrastructure.jobs import work
from task_service.infrastructure.jobs.functions import JOBS, job
from task_service.infrastructure.jobs.models import Job
from task_service.infrastructure.jobs.queue import Queue
from task_service.infrastructure.jobs.work import Worker

pytestmark = pytest.mark.django_db

done: list[tuple[str, int]] = []


def note(first: str, second: int = 0) -> None:
    done.append((first, second))


def fail() -> None:
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


def counted() -> list[float]:
    """How many wait, are running, will be tried again, and have failed."""
    return [value for *_, value in Queue().figures()][:4]


def drain() -> None:
    Worker(Queue(), None).drain()


def run_until(worker: Worker, over: Callable[[], object]) -> None:
    """Have a worker work in a thread of its own, until something is so."""
    working = threading.Thread(target=worker.run, args=(0.1,))
    working.start()
    while not over():
        threading.Event().wait(0.01)
    worker.stop()
    working.join(10)
    assert not working.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_job_is_done_once_it_is_committed() -> None:
    function = job()(note)

    @transaction.atomic
    def fail_later() -> None:
        function.enqueue("rolled back")
        raise IntegrityError

    with pytest.raises(IntegrityError):
        fail_later()
    function.enqueue("committed", second=2)
    drain()
    assert done == [("committed", 2)]
    assert not Job.objects.exists()


def test_what_a_job_can_not_be_called_with_is_refused_at_once() -> None:
    with pytest.raises(TypeError):
        job()(note).enqueue()  # type: ignore[call-arg]  # that is what is tested
    for unfit in (Queue(), float("nan")):
        with pytest.raises(TypeError, match="is given what JSON can't hold"):
            job()(note).enqueue(unfit)  # type: ignore[arg-type]  # that is what is tested
    assert not Job.objects.exists()


def test_each_job_is_one_workers() -> None:
    function, queue = job()(note), Queue()
    for number in range(5):
        function.enqueue(str(number))
    taken = queue.take(2) + queue.take(9)
    assert [each.arguments["first"] for each in taken] == ["0", "1", "2", "3", "4"]
    assert queue.take(9) == []
    queue.give_back(taken[:1])
    assert [each.id for each in queue.take(9)] == [taken[0].id]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_look_at_the_same_time_take_each_job_once() -> None:
    function = job()(note)
    for number in range(40):
        function.enqueue(str(number))
    taken: list[Any] = []

    def take_all() -> None:
        while found := Queue().take(3):
            taken.extend(found)

    threads = [threading.Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(each.arguments["first"]) for each in taken) == list(range(40))


def test_a_worker_that_was_given_up_changes_nothing() -> None:
    job()(note).enqueue("once")
    queue = Queue()
    [late] = queue.take(1)
    Job.objects.update(due_at=Now() - timedelta(seconds=1))
    [taken] = queue.take(1)
    assert (late.id, late.attempts, taken.attempts) == (taken.id, 1, 2)
    queue.finish(late)
    queue.fail(late, ValueError("late"))
    kept = Job.objects.get()
    assert (kept.error, kept.is_running) == ("", True)
    queue.keep([taken])
    queue.finish(taken)
    assert not Job.objects.exists()


def test_what_fails_is_tried_again_later_each_time_and_then_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job(tries=3)(fail).enqueue()
    pauses = []
    for _ in range(3):
        drain()
        kept = Job.objects.get()
        assert kept.error == "ValueError('no luck')"
        if kept.due_at:
            pauses.append((kept.due_at - kept.created_at).total_seconds())
            assert counted() == [0, 0, 1, 0]
            Job.objects.update(due_at=Now())
    assert kept.due_at is None
    assert 2 <= pauses[0] < 4 <= pauses[1] < 6
    told = [(record.levelname, bool(record.exc_info)) for record in caplog.records]
    assert told == [("WARNING", False), ("WARNING", False), ("ERROR", True)]
    assert [each.id for each in Queue().failed()] == [kept.id]


def test_what_has_failed_for_good_is_begun_anew_all_or_some() -> None:
    function = job(tries=1)(fail)
    for _ in range(3):
        function.enqueue()
    drain()
    first, second, third = Job.objects.order_by("id")
    assert Queue().failed([second.id]) == [second]
    assert Queue().retry([second.id]) == 1
    assert Queue().failed() == [first, third]
    assert counted() == [1, 0, 0, 2]
    assert Queue().retry() == 2
    assert {each.attempts for each in Job.objects.all()} == {0}
    assert counted() == [3, 0, 0, 0]


def test_an_error_that_can_not_say_what_it_is_is_kept_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Nameless(Exception):
        def __repr__(self) -> str:
            raise ValueError

    class Binary(Exception):
        def __repr__(self) -> str:
            return "\0\udcff" + 2000 * "x"

    errors: list[Exception] = [Nameless(), Binary()]

    def raise_next() -> None:
        raise errors.pop(0)

    function = job()(raise_next)
    for _ in range(2):
        function.enqueue()
    drain()
    kept = Job.objects.order_by("id").values_list("error", flat=True)
    assert [words[:10] for words in kept] == ["Nameless", r"\0\udcffxx"]
    assert len(kept[1]) < 1100
    assert "for now" in caplog.text


def test_what_ends_each_worker_is_not_tried_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    job(tries=2)(note).enqueue("deadly")
    Job.objects.update(attempts=2)
    drain()
    assert Job.objects.get().due_at is None
    assert done == []
    assert "failed for good" in caplog.text


def test_what_is_done_by_itself_is_put_down_once_and_again() -> None:
    job(every=timedelta(hours=1))(lambda: note("hourly"))
    for _ in range(2):
        Queue().schedule()
    for _ in range(2):
        drain()
    assert done == [("hourly", 0)]
    kept = Job.objects.get()
    assert kept.due_at
    assert timedelta(minutes=59) < kept.due_at - kept.created_at < timedelta(minutes=61)


def test_what_is_done_by_itself_never_fails_for_good() -> None:
    job(tries=1, every=timedelta(seconds=1))(fail)
    Queue().schedule()
    drain()
    kept = Job.objects.get()
    assert kept.due_at
    assert kept.error


def test_what_a_worker_does_not_know_is_left_to_others_for_an_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job()(note).enqueue("later")
    JOBS.clear()
    drain()
    assert counted() == [1, 0, 0, 0]
    Job.objects.update(due_at=Now() - timedelta(hours=1))
    drain()
    assert counted() == [0, 0, 0, 1]
    assert Job.objects.get().error == "LookupError('no code knows this job')"
    assert "failed for good" in caplog.text


def test_what_is_not_done_by_itself_any_more_is_over(caplog: pytest.LogCaptureFixture) -> None:
    job(every=timedelta(hours=1))(note)
    Queue().schedule()
    JOBS.clear()
    Job.objects.update(due_at=Now() - timedelta(hours=1))
    drain()
    assert not Job.objects.exists()
    assert caplog.text == ""


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_has_failed_and_leaves_its_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.1)
    monkeypatch.setattr(work, "CONCURRENCY", 1)
    over = threading.Event()
    begun: list[threading.Thread] = []

    def hang() -> None:
        begun.append(threading.current_thread())
        over.wait()

    job(timeout=timedelta(seconds=0.1))(hang).enqueue()
    job()(note).enqueue("next")
    run_until(Worker(Queue(), None), lambda: done)
    kept = Job.objects.get()
    assert (kept.is_running, kept.error) == (False, "TimeoutError('it takes too long')")
    assert "for now" in caplog.text
    over.set()
    # The database is not there for long.
    begun[0].join(10)


def test_a_scrape_is_told_how_long_the_oldest_has_waited() -> None:
    assert [value for *_, value in Queue().figures()] == [0, 0, 0, 0, 0]
    function = job()(note)
    for name in ("done", "failed", "waits"):
        function.enqueue(name)
    Queue().take(1)
    failed, waits = Job.objects.filter(is_running=False).order_by("id")
    Job.objects.filter(id=failed.id).update(due_at=None)
    Job.objects.filter(id=waits.id).update(due_at=Now() - timedelta(seconds=60))
    *counts, age = [value for *_, value in Queue().figures()]
    assert counts == [1, 1, 0, 1]
    assert 60 <= age < 65


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_due_until_it_is_told_to_stop() -> None:
    job()(note).enqueue("at once")
    worker = Worker(Queue(), None)
    run_until(worker, lambda: done)
    assert done == [("at once", 0)]
    assert [name for name, *_ in worker.figures()][3] == "jobs_failed"


@pytest.mark.django_db(transaction=True)
def test_a_worker_goes_on_once_its_database_answers_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "POLL_SECONDS", 0.01)
    away = Unavailable("The database is not available.")
    failures: list[Exception] = [away, ValueError("odd")]

    class Flickering(Queue):
        """A queue of which nothing is known for a while."""

        def take(self, most: int) -> Any:
            if failures:
                raise failures.pop(0)
            return super().take(most)

        def figures(self) -> Any:
            raise away

    job()(note).enqueue("later")
    worker = Worker(Flickering(), None)
    assert worker.figures() == []
    run_until(worker, lambda: done)
    assert done == [("later", 0)]
    # That the database is away has been said where it was asked.
    assert [record.message for record in caplog.records] == ["no job can be taken"]


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_at_the_end_is_given_back() -> None:
    over = threading.Event()
    begun: list[threading.Thread] = []

    def hang() -> None:
        begun.append(threading.current_thread())
        over.wait()

    job()(hang).enqueue()
    run_until(Worker(Queue(), None), lambda: begun)
    kept = Job.objects.get()
    assert (kept.is_running, kept.attempts) == (False, 1)
    over.set()
    # The database is not there for long.
    begun[0].join(10)


@pytest.mark.django_db(transaction=True)
def test_a_worker_waits_for_its_table(caplog: pytest.LogCaptureFixture) -> None:
    job()(note)
    with connection.schema_editor() as editor:
        editor.delete_model(Job)
    try:
        run_until(Worker(Queue(), None), lambda: caplog.records)
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(Job)


def test_what_the_command_migrate_makes_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Database, "has_tables", lambda _: False)
    run_until(Worker(Queue(), None), lambda: caplog.records)
    told = ["waiting for tables: the command `migrate` makes them"]
    assert [record.message for record in caplog.records] == told
    with pytest.raises(Unavailable, match="the command `migrate` makes them"):
        Database().need_tables()


@pytest.mark.parametrize("may", [True, False])
def test_who_may_begins_failed_ones_anew_in_the_admin(client: Client, may: bool) -> None:
    staff = get_user_model().objects.create_user("staff@example.com", is_staff=True)
    staff.is_superuser = may
    staff.save()
    client.force_login(staff)
    job()(note).enqueue("again")
    Job.objects.update(due_at=None)
    kept = Job.objects.get()
    page = reverse("admin:background_jobs_job_changelist")
    assert client.get(page).status_code == (200 if may else 403)
    client.post(page, {"action": "retry", "_selected_action": [str(kept.id)]})
    assert (Job.objects.get().due_at is not None) == may
    if may:
        assert client.get(reverse("admin:background_jobs_job_add")).status_code == 403
        change = reverse("admin:background_jobs_job_change", args=[kept.id])
        assert "again" in client.get(change).text

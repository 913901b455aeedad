"""Background jobs in threads, which nobody can end."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from waiting import eventually

from task_service.infrastructure.database.access import Database
from task_service.infrastructure.jobs import work
from task_service.infrastructure.jobs.functions import JOBS, job
from task_service.infrastructure.jobs.models import Job
from task_service.infrastructure.jobs.queue import Queue
from task_service.infrastructure.jobs.work import Worker


def test_what_was_given_up_and_ends_all_the_same_is_not_done_once_more(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "LEASE_SECONDS", 0.1)
    for name in [*JOBS]:
        monkeypatch.delitem(JOBS, name)
    over, database = threading.Event(), Database(database_url)

    def hang(_resources: None) -> None:
        over.wait(10)

    def is_done() -> bool:
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Job)) == 0

    function = job(timeout=timedelta(seconds=0.1))(hang)
    with database.write() as session:
        function.enqueue(session)
    worker = Worker(Queue(database), None)
    working = threading.Thread(target=worker.run, args=(1,))
    working.start()
    try:
        eventually(lambda: "for now" in caplog.text, within=10)
        over.set()
        eventually(is_done, within=10)
    finally:
        worker.stop()
        working.join(10)
        database.close()
        del JOBS[function.name]
    assert not working.is_alive()

"""All tasks of a user at once, however many there are."""

from collections.abc import AsyncIterator
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select

from ..infrastructure.database.access import Database
from .models import Task
from .schemas import TaskOutput

# The media type of a task a line.
NDJSON = "application/x-ndjson"
# Large enough for the statement to cost little, small enough not to hold up other requests.
BATCH_LENGTH = 500

_task = TypeAdapter(TaskOutput)


async def batches(database: Database, user_id: UUID) -> AsyncIterator[bytes]:
    """The lines, the newest task first, some at a time.

    A connection to the database is held for each batch only: a client may read as slowly as it
    likes. Tasks that come or go meanwhile are or are not among them, no task is there twice.
    """
    of_user = select(Task).where(Task.user_id == user_id).order_by(Task.id.desc())
    statement = of_user.limit(BATCH_LENGTH)
    while True:
        async with database.read() as session:
            tasks = (await session.scalars(statement)).all()
        if tasks:
            yield b"".join(_task.dump_json(_task.validate_python(task)) + b"\n" for task in tasks)
        if len(tasks) < BATCH_LENGTH:
            return
        statement = of_user.where(Task.id < tasks[-1].id).limit(BATCH_LENGTH)

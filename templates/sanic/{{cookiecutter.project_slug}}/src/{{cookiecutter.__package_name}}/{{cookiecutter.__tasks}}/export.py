"""All tasks of a user at once, however many there are."""

from collections.abc import AsyncIterator
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from ..infrastructure.database.access import Database
from .models import Task
from .schemas import TaskOutput

# Large enough for the statement to cost little, small enough not to hold up other requests.
BATCH_LENGTH = 500

_task = TypeAdapter(TaskOutput)
_FIRST = (
    select(Task.id, Task.title, Task.done, Task.due_at, Task.created_at, Task.updated_at)
    .where(Task.user_id == bindparam("user_id"))
    .order_by(Task.id.desc())
    .limit(BATCH_LENGTH)
)
_NEXT = _FIRST.where(Task.id < bindparam("last_id"))


async def batches(database: Database, user_id: UUID) -> AsyncIterator[bytes]:
    """The lines, the newest task first, some at a time.

    A connection to the database is held for each batch only: a client may read as slowly as it
    likes. Tasks that come or go meanwhile are or are not among them, no task is there twice.
    """
    statement, parameters = _FIRST, {"user_id": user_id}
    while True:
        async with database.read() as connection:
            rows = (await connection.execute(statement, parameters)).all()
        if rows:
            yield b"".join(_task.dump_json(_task.validate_python(row)) + b"\n" for row in rows)
        if len(rows) < BATCH_LENGTH:
            return
        statement, parameters = _NEXT, {"user_id": user_id, "last_id": rows[-1].id}

"""The tasks of a user: the sample resource."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ..accounts.errors import InvalidToken
from ..infrastructure.api import paging
from ..infrastructure.database.access import Database
from ..infrastructure.database.models import now
from ..infrastructure.errors import NotFound
from .models import Task
from .schemas import TaskInput, TaskPage, TaskPatch, TaskQuery


async def add(database: Database, user_id: UUID, new: TaskInput) -> Task:
    """Add a task; raises InvalidToken for a user who has been deleted meanwhile."""
    task = Task(user_id=user_id, title=new.title, done=new.done, due_at=new.due_at)
    task.created_at = task.updated_at = now()
    try:
        async with database.write() as session:
            session.add(task)
    except IntegrityError as error:
        raise InvalidToken from error
    return task


async def get(database: Database, user_id: UUID, task_id: UUID | None) -> Task:
    """A task; raises NotFound."""
    async with database.read() as session:
        return await _find(session, user_id, task_id)


async def page(database: Database, user_id: UUID, query: TaskQuery) -> TaskPage:
    """A page of tasks, the newest first; its cost does not depend on how deep it lies."""
    statement = select(Task).where(Task.user_id == user_id).order_by(Task.id.desc())
    if query.cursor is not None:
        statement = statement.where(Task.id < query.cursor)
    if query.done is not None:
        statement = statement.where(Task.done == query.done)
    async with database.read() as session:
        found = (await session.scalars(statement.limit(query.limit + 1))).all()
    return TaskPage.model_validate(paging.page(found, query.limit))


async def change(database: Database, user_id: UUID, task_id: UUID | None, patch: TaskPatch) -> Task:
    """Change what the patch names, and nothing where it is empty; raises NotFound."""
    async with database.write() as session:
        task = await _find(session, user_id, task_id, for_update=True)
        if patch:
            for name, value in patch.items():
                setattr(task, name, value)
            # Later than before whatever the clocks say: those of two machines may differ.
            task.updated_at = max(now(), task.updated_at + timedelta(microseconds=1))
        return task


async def remove(database: Database, user_id: UUID, task_id: UUID | None) -> Task:
    """Delete a task, and return what it was last; raises NotFound."""
    async with database.write() as session:
        task = await _find(session, user_id, task_id, for_update=True)
        await session.delete(task)
        return task


async def _find(
    session: AsyncSession, user_id: UUID, task_id: UUID | None, *, for_update: bool = False
) -> Task:
    statement = select(Task).where(Task.id == task_id, Task.user_id == user_id)
    task = await session.scalar(statement.with_for_update() if for_update else statement)
    if task is None:
        raise NotFound("There is no such task.")
    return task

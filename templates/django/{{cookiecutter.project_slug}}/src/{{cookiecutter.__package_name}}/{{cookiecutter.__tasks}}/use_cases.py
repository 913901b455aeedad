"""What can be done with the tasks of a user."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from ..accounts.errors import InvalidToken
from ..accounts.models import User
from ..infrastructure.api import paging
from ..infrastructure.errors import NotFound
from .models import Task
from .schemas import TaskInput, TaskPage, TaskPatch, TaskQuery


def add(user: User, new: TaskInput) -> Task:
    """Add a task; raises InvalidToken for a user who has been deleted meanwhile."""
    created_at = now()
    task = Task(user=user, created_at=created_at, updated_at=created_at, **new.model_dump())
    try:
        with transaction.atomic():
            task.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidToken from error
    return task


def get(user: User, task_id: UUID | None) -> Task:
    """A task; raises NotFound."""
    task = _own(user, task_id).first()
    if task is None:
        raise _not_found()
    return task


def page(user: User, query: TaskQuery) -> TaskPage:
    """A page of tasks, the newest first; its cost does not depend on how deep it lies."""
    tasks = user.tasks.order_by("-id")
    if query.cursor is not None:
        tasks = tasks.filter(id__lt=query.cursor)
    if query.done is not None:
        tasks = tasks.filter(done=query.done)
    return TaskPage.model_validate(paging.page(list(tasks[: query.limit + 1]), query.limit))


def change(user: User, task_id: UUID | None, patch: TaskPatch) -> Task:
    """Change what the patch names, and nothing where it is empty; raises NotFound."""
    with transaction.atomic():
        task = _own(user, task_id).select_for_update().first()
        if task is None:
            raise _not_found()
        if patch:
            for name, value in patch.items():
                setattr(task, name, value)
            # Later than before whatever the clocks say: those of two machines may differ.
            task.updated_at = max(now(), task.updated_at + timedelta(microseconds=1))
            task.save(update_fields=[*patch, "updated_at"])
    return task


@transaction.atomic
def remove(user: User, task_id: UUID | None) -> None:
    """Delete a task; raises NotFound."""
    deleted, _ = _own(user, task_id).delete()
    if not deleted:
        raise _not_found()


def _own(user: User, task_id: UUID | None) -> QuerySet[Task]:
    return user.tasks.filter(id=task_id) if task_id else user.tasks.none()


def _not_found() -> NotFound:
    return NotFound("There is no such task.")

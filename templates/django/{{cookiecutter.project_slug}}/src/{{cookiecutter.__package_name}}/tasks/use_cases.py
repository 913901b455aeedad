"""What can be done with the tasks of a user."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from ..accounts.use_cases import digest, identify
from ..errors import NotFound
from ..schemas import TaskInput, TaskPage, TaskPatch, TaskQuery
from .models import Task

# As SQL, since Django builds a query anew each time: with its joins, that takes longer than all the
# rest of the request.
_OWN_TASK = """
    SELECT task.id, task.user_id, title, done, due_at, task.created_at, updated_at
    FROM tasks_task AS task
    JOIN accounts_user AS owner ON owner.id = task.user_id
    JOIN accounts_token AS token ON token.user_id = owner.id
    WHERE task.id = %s AND token.digest = %s AND token.expires_at > %s AND owner.is_active
"""


def add(user_id: UUID, new: TaskInput) -> Task:
    """Add a task."""
    created_at = now()
    task = Task(user_id=user_id, created_at=created_at, updated_at=created_at, **new.model_dump())
    task.save(force_insert=True)
    return task


def get(access_token: str, task_id: UUID | None) -> Task:
    """A task of the token's user; raises InvalidToken and NotFound.

    Token and task are looked up at once: this is the request that clients make most.
    """
    if task_id:
        moment = connection.ops.adapt_datetimefield_value(now())
        for task in Task.objects.raw(_OWN_TASK, [task_id.hex, digest(access_token), moment]):
            return task
    identify(access_token)
    raise _not_found()


def page(user_id: UUID, query: TaskQuery) -> TaskPage:
    """A page of tasks, the newest first; its cost does not depend on how deep it lies."""
    tasks = Task.objects.filter(user_id=user_id).order_by("-id")
    if query.cursor is not None:
        tasks = tasks.filter(id__lt=query.cursor)
    if query.done is not None:
        tasks = tasks.filter(done=query.done)
    # One more than asked for tells whether there is a next page.
    found = list(tasks[: query.limit + 1])
    items = found[: query.limit]
    return TaskPage.model_validate(
        {"items": items, "next_cursor": items[-1].id if len(found) > query.limit else None}
    )


def change(user_id: UUID, task_id: UUID | None, patch: TaskPatch) -> Task:
    """Change what the patch names, and nothing where it is empty; raises NotFound."""
    with transaction.atomic():
        task = _own(user_id, task_id).select_for_update().first()
        if task is None:
            raise _not_found()
        if patch:
            for name, value in patch.items():
                setattr(task, name, value)
            task.updated_at = now()
            task.save(update_fields=[*patch, "updated_at"])
    return task


def remove(user_id: UUID, task_id: UUID | None) -> None:
    """Delete a task; raises NotFound."""
    deleted, _ = _own(user_id, task_id).delete()
    if not deleted:
        raise _not_found()


def _own(user_id: UUID, task_id: UUID | None) -> QuerySet[Task]:
    tasks = Task.objects.filter(user_id=user_id)
    return tasks.filter(id=task_id) if task_id else tasks.none()


def _not_found() -> NotFound:
    return NotFound("There is no such task.")

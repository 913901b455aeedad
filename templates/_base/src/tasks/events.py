"""Live events: what happens to a task is told to its user's open sockets."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from ..infrastructure.events.hub import DELETED, Hub
from .models import Task
from .schemas import TaskOutput

EventType = Literal["task.created", "task.updated", "task.deleted"]


class TaskEvent(BaseModel):
    """What a socket is sent; of a deleted task its last state."""

    type: EventType
    task: TaskOutput


async def publish(hub: Hub, user_id: UUID, kind: EventType, task: Task) -> None:
    """Tell a user's sockets what has happened to a task."""
    event = TaskEvent(type=kind, task=TaskOutput.model_validate(task))
    await hub.publish(
        user_id,
        event.model_dump_json(),
        subject_id=task.id,
        changed_at=DELETED if kind == "task.deleted" else task.updated_at,
    )

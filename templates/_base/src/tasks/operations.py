"""What the OpenAPI document says of tasks."""

from ..infrastructure.api.openapi import Operation
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

_TASKS, _TASK = "/api/v1/tasks", "/api/v1/tasks/{id}"
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        *(_TASKS, "get", "list_tasks", "Your tasks, the newest first", 200, TaskPage),
        query=TaskQuery,
    ),
    Operation(_TASKS, "post", "create_task", "Add a task", 201, TaskOutput, body=TaskInput),
    Operation(_TASK, "get", "get_task", "One of your tasks", 200, TaskOutput),
    Operation(
        *(_TASK, "patch", "change_task", "Change a task by a JSON merge patch", 200, TaskOutput),
        body=TaskPatch,
    ),
    Operation(_TASK, "delete", "delete_task", "Delete a task", 204, None),
)

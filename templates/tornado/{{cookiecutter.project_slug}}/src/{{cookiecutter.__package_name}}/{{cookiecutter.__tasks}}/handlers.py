"""Tasks over HTTP."""

from ..accounts.auth import ApiHandler
from ..accounts.use_cases import Caller
from ..infrastructure.api.application import route
from ..infrastructure.api.endpoints import endpoint
from ..infrastructure.api.fields import path_id
from . import dashboard, use_cases
from .events import publish
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery


class TasksHandler(ApiHandler):
    """The caller's tasks."""

    @endpoint("list_tasks")
    async def get(self, caller: Caller, query: TaskQuery) -> TaskPage:
        """Your tasks, the newest first."""
        return await use_cases.page(self.services.database, caller.id, query)

    @endpoint("create_task", status=201)
    async def post(self, caller: Caller, body: TaskInput) -> TaskOutput:
        """Add a task."""
        task = await use_cases.add(self.services.database, caller.id, body)
        await publish(self.services.hub, caller.id, "task.created", task)
        self.set_header("Location", self.reverse_url("task", task.id))
        return TaskOutput.model_validate(task)


class TaskHandler(ApiHandler):
    """One of the caller's tasks."""

    @endpoint("get_task")
    async def get(self, task_id: str, caller: Caller) -> TaskOutput:
        """One of your tasks."""
        task = await use_cases.get(self.services.database, caller.id, path_id(task_id))
        return TaskOutput.model_validate(task)

    @endpoint("change_task")
    async def patch(self, task_id: str, caller: Caller, body: TaskPatch) -> TaskOutput:
        """Change a task by a JSON merge patch (RFC 7396)."""
        database = self.services.database
        task = await use_cases.change(database, caller.id, path_id(task_id), body)
        if body:
            await publish(self.services.hub, caller.id, "task.updated", task)
        return TaskOutput.model_validate(task)

    @endpoint("delete_task")
    async def delete(self, task_id: str, caller: Caller) -> None:
        """Delete a task."""
        task = await use_cases.remove(self.services.database, caller.id, path_id(task_id))
        await publish(self.services.hub, caller.id, "task.deleted", task)


RULES = [
    route("/api/v1/tasks", TasksHandler),
    route("/api/v1/tasks/{id}", TaskHandler, name="task"),
    *dashboard.RULES,
]
SETTINGS = dashboard.SETTINGS

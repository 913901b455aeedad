"""Tasks over HTTP."""

from uuid import UUID

from pydantic import TypeAdapter

from ..accounts.auth import ApiHandler
from ..infrastructure.api.application import route
from ..infrastructure.api.fields import PathId
from . import dashboard, use_cases
from .events import publish
from .schemas import TaskInput, TaskOutput, TaskPatch, TaskQuery

_id: TypeAdapter[UUID | None] = TypeAdapter(PathId)
_input = TypeAdapter(TaskInput)
_patch = TypeAdapter(TaskPatch)
_query = TypeAdapter(TaskQuery)


class TasksHandler(ApiHandler):
    """The caller's tasks."""

    async def get(self) -> None:
        """Your tasks, the newest first."""
        caller = await self.get_caller()
        query = self.read_query(_query)
        self.respond(await use_cases.page(self.services.database, caller.id, query))

    async def post(self) -> None:
        """Add a task."""
        caller = await self.get_caller()
        task = await use_cases.add(self.services.database, caller.id, self.read_body(_input))
        await publish(self.services.hub, caller.id, "task.created", task)
        self.set_header("Location", self.reverse_url("task", task.id))
        self.respond(TaskOutput.model_validate(task), status=201)


class TaskHandler(ApiHandler):
    """One of the caller's tasks."""

    async def get(self, task_id: str) -> None:
        """One of your tasks."""
        caller, database = await self.get_caller(), self.services.database
        task = await use_cases.get(database, caller.id, _id.validate_python(task_id))
        self.respond(TaskOutput.model_validate(task))

    async def patch(self, task_id: str) -> None:
        """Change a task by a JSON merge patch (RFC 7396)."""
        caller, database = await self.get_caller(), self.services.database
        patch = self.read_body(_patch)
        task = await use_cases.change(database, caller.id, _id.validate_python(task_id), patch)
        if patch:
            await publish(self.services.hub, caller.id, "task.updated", task)
        self.respond(TaskOutput.model_validate(task))

    async def delete(self, task_id: str) -> None:
        """Delete a task."""
        caller, database = await self.get_caller(), self.services.database
        task = await use_cases.remove(database, caller.id, _id.validate_python(task_id))
        await publish(self.services.hub, caller.id, "task.deleted", task)
        self.set_status(204)


RULES = [
    route("/api/v1/tasks", TasksHandler),
    route("/api/v1/tasks/{id}", TaskHandler, name="task"),
    *dashboard.RULES,
]
SETTINGS = dashboard.SETTINGS

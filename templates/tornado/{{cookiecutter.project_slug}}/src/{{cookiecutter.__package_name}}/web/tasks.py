"""Tasks over HTTP."""

from uuid import UUID

from pydantic import TypeAdapter

from .. import tasks
from ..schemas import PathId, TaskInput, TaskOutput, TaskPatch, TaskQuery
from .application import route
from .handlers import ApiHandler

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
        self.respond(await tasks.page(self.services.database, caller.id, query))

    async def post(self) -> None:
        """Add a task."""
        # Who asks comes before what is asked: a stranger learns nothing from the other errors.
        caller = await self.get_caller()
        task = await tasks.add(self.services.database, caller.id, self.read_body(_input))
        await self.services.hub.publish(caller.id, "task.created", task)
        self.set_header("Location", self.reverse_url("task", task.id))
        self.respond(TaskOutput.model_validate(task), status=201)


class TaskHandler(ApiHandler):
    """One of the caller's tasks."""

    async def get(self, task_id: str) -> None:
        """One of your tasks."""
        token, database = self.access_token, self.services.database
        task = await tasks.get(database, token, _id.validate_python(task_id))
        self.respond(TaskOutput.model_validate(task))

    async def patch(self, task_id: str) -> None:
        """Change a task by a JSON merge patch (RFC 7396)."""
        caller, database = await self.get_caller(), self.services.database
        patch = self.read_body(_patch)
        task = await tasks.change(database, caller.id, _id.validate_python(task_id), patch)
        if patch:
            await self.services.hub.publish(caller.id, "task.updated", task)
        self.respond(TaskOutput.model_validate(task))

    async def delete(self, task_id: str) -> None:
        """Delete a task."""
        caller, database = await self.get_caller(), self.services.database
        task = await tasks.remove(database, caller.id, _id.validate_python(task_id))
        await self.services.hub.publish(caller.id, "task.deleted", task)
        self.set_status(204)


RULES = [
    route("/api/v1/tasks", TasksHandler),
    route("/api/v1/tasks/{id}", TaskHandler, name="task"),
]

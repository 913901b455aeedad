"""Tasks over HTTP."""

from uuid import UUID

import cherrypy
from pydantic import TypeAdapter

from ..accounts.auth import token
from ..infrastructure.api import tools
from ..infrastructure.api.fields import PathId
from ..infrastructure.database.access import Database
from ..services import Services
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

_id: TypeAdapter[UUID | None] = TypeAdapter(PathId)


@cherrypy.expose
@tools.route(template="/api/v1/tasks")
class Tasks:
    """The caller's tasks."""

    def __init__(self, services: Services) -> None:
        self._database = services.database

    def _cp_dispatch(self, vpath: list[str]) -> "Task":
        """What the dispatcher asks for a segment that is no attribute: here it is an id."""
        return Task(self._database, _id.validate_python(vpath.pop(0)))

    @token()
    @tools.query(kind=TaskQuery)
    def GET(self) -> TaskPage:
        """Your tasks, the newest first."""
        request = cherrypy.request
        return use_cases.page(self._database, request.caller.id, request.query)

    @token()
    @tools.json_in(kind=TaskInput)
    def POST(self) -> TaskOutput:
        """Add a task."""
        request, response = cherrypy.request, cherrypy.response
        task = use_cases.add(self._database, request.caller.id, request.json)
        response.status = 201
        response.headers["Location"] = cherrypy.url(f"/api/v1/tasks/{task.id}", relative="server")
        return TaskOutput.model_validate(task)


@cherrypy.expose
@tools.route(template="/api/v1/tasks/{id}")
class Task:
    """One of the caller's tasks: an object for each request.

    task_id: None for what is no UUID, which is the id of nothing.
    """

    def __init__(self, database: Database, task_id: UUID | None) -> None:
        self._database = database
        self._id = task_id

    @token()
    def GET(self) -> TaskOutput:
        """One of your tasks."""
        found = use_cases.get(self._database, cherrypy.request.caller.id, self._id)
        return TaskOutput.model_validate(found)

    @token()
    @tools.json_in(kind=TaskPatch)
    def PATCH(self) -> TaskOutput:
        """Change a task by a JSON merge patch (RFC 7396)."""
        request = cherrypy.request
        changed = use_cases.change(self._database, request.caller.id, self._id, request.json)
        return TaskOutput.model_validate(changed)

    @token()
    def DELETE(self) -> None:
        """Delete a task."""
        use_cases.remove(self._database, cherrypy.request.caller.id, self._id)


# What the API has below `/api/v1`.
RESOURCES = {"tasks": Tasks}

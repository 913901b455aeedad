"""Tasks over HTTP."""

import cherrypy

from ..accounts.auth import token
from ..infrastructure.api import tools
from ..infrastructure.api.fields import path_id
from ..infrastructure.api.operations import operation
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery


@cherrypy.expose
class Task:
    """One of the caller's tasks."""

    @token()
    @operation("get_task")
    def GET(self, id: str) -> TaskOutput:
        """One of your tasks."""
        request = cherrypy.request
        found = use_cases.get(request.services.database, request.caller.id, path_id(id))
        return TaskOutput.model_validate(found)

    @token()
    @tools.body(kind=TaskPatch)
    @operation("change_task")
    def PATCH(self, id: str) -> TaskOutput:
        """Change a task by a JSON merge patch (RFC 7396)."""
        request = cherrypy.request
        changed = use_cases.change(
            request.services.database, request.caller.id, path_id(id), request.json
        )
        return TaskOutput.model_validate(changed)

    @token()
    @operation("delete_task")
    def DELETE(self, id: str) -> None:
        """Delete a task."""
        request = cherrypy.request
        use_cases.remove(request.services.database, request.caller.id, path_id(id))


@cherrypy.expose
@cherrypy.popargs("id", handler=Task())
class Tasks:
    """The caller's tasks."""

    @token()
    @tools.query(kind=TaskQuery)
    @operation("list_tasks")
    def GET(self) -> TaskPage:
        """Your tasks, the newest first."""
        request = cherrypy.request
        return use_cases.page(request.services.database, request.caller.id, request.query)

    @token()
    @tools.body(kind=TaskInput)
    @operation("create_task", status=201)
    def POST(self) -> TaskOutput:
        """Add a task."""
        request = cherrypy.request
        task = use_cases.add(request.services.database, request.caller.id, request.json)
        location = cherrypy.url(f"/api/v1/tasks/{task.id}", relative="server")
        cherrypy.response.headers["Location"] = location
        return TaskOutput.model_validate(task)


# What the API has below `/api/v1`.
RESOURCES = {"tasks": Tasks()}

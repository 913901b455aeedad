"""Tasks over HTTP: the views of the resources that paths are traversed to."""

from pydantic import TypeAdapter
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent
from pyramid.traversal import resource_path
from pyramid.view import view_config, view_defaults

from ..accounts.request import Request
from ..infrastructure.api.inputs import MERGE_PATCH
from . import use_cases
from .resources import Task, Tasks
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

_query = TypeAdapter(TaskQuery)
_input = TypeAdapter(TaskInput)
_patch = TypeAdapter(TaskPatch)


def includeme(config: Configurator) -> None:
    """Add the resources, and their views."""
    config.add_resource("/api/v1/tasks", Tasks)
    config.scan(__name__)


@view_defaults(context=Tasks, require_csrf=False, renderer="json")
class TasksViews:
    """All of one's tasks."""

    def __init__(self, context: Tasks, request: Request) -> None:
        self.context = context
        self.request = request

    @view_config(request_method="GET", permission="list")
    def page(self) -> TaskPage:
        """Your tasks, the newest first."""
        request = self.request
        return use_cases.page(
            request.services.database, request.caller.id, request.read_query(_query)
        )

    @view_config(request_method="POST", permission="add")
    def add(self) -> TaskOutput:
        """Add a task."""
        request = self.request
        new = request.read_json(_input)
        task = use_cases.add(request.services.database, request.caller.id, new)
        request.response.status_int = 201
        path = resource_path(self.context[str(task.id)])
        request.response.location = request.script_name + path
        return TaskOutput.model_validate(task)


@view_defaults(context=Task, require_csrf=False, renderer="json")
class TaskViews:
    """One of them."""

    def __init__(self, context: Task, request: Request) -> None:
        self.context = context
        self.request = request

    @view_config(request_method="GET", permission="read")
    def read(self) -> TaskOutput:
        """One of your tasks."""
        request = self.request
        found = use_cases.get(request.services.database, request.caller.id, self.context.id)
        return TaskOutput.model_validate(found)

    @view_config(request_method="PATCH", permission="change")
    def change(self) -> TaskOutput:
        """Change a task by a JSON merge patch (RFC 7396)."""
        request = self.request
        patch = request.read_json(_patch, MERGE_PATCH)
        task = use_cases.change(
            request.services.database, request.caller.id, self.context.id, patch
        )
        return TaskOutput.model_validate(task)

    @view_config(request_method="DELETE", permission="delete")
    def delete(self) -> HTTPNoContent:
        """Delete a task."""
        request = self.request
        use_cases.remove(request.services.database, request.caller.id, self.context.id)
        return HTTPNoContent()

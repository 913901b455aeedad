"""Tasks over HTTP."""

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNoContent

from ..accounts.request import Request
from ..infrastructure.api.views import api_view
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery


def includeme(config: Configurator) -> None:
    """Add routes and views."""
    config.add_route("tasks", "/api/v1/tasks")
    config.add_route("task", "/api/v1/tasks/{id}")
    config.scan(__name__)


@api_view(route_name="tasks", request_method="GET", query=TaskQuery)
def list_tasks(request: Request) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(request.services.database, request.caller.id, request.validated_query)


@api_view(route_name="tasks", request_method="POST", body=TaskInput, status=201)
def create_task(request: Request) -> TaskOutput:
    """Add a task."""
    task = use_cases.add(request.services.database, request.caller.id, request.validated_body)
    request.response.location = request.route_path("task", id=task.id)
    return TaskOutput.model_validate(task)


@api_view(route_name="task", request_method="GET")
def get_task(request: Request) -> TaskOutput:
    """One of your tasks."""
    found = use_cases.get(request.services.database, request.caller.id, request.path_id)
    return TaskOutput.model_validate(found)


@api_view(route_name="task", request_method="PATCH", body=TaskPatch)
def change_task(request: Request) -> TaskOutput:
    """Change a task by a JSON merge patch (RFC 7396)."""
    changed = use_cases.change(
        request.services.database, request.caller.id, request.path_id, request.validated_body
    )
    return TaskOutput.model_validate(changed)


@api_view(route_name="task", request_method="DELETE")
def delete_task(request: Request) -> HTTPNoContent:
    """Delete a task."""
    use_cases.remove(request.services.database, request.caller.id, request.path_id)
    return HTTPNoContent()

"""Tasks over HTTP."""

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router, Status

from ..accounts.auth import CallerRequest, SignedIn
from ..infrastructure.api.fields import PathId
from ..infrastructure.api.schema import Json, problems
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

router = Router(auth=SignedIn())


@router.get("/tasks", response={200: TaskPage, **problems(401, 422, 503)})
def list_tasks(request: CallerRequest, query: Query[TaskQuery]) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(request.auth.id, query)


@router.post("/tasks", response={201: TaskOutput, **problems(400, 401, 413, 415, 422, 503)})
def create_task(
    request: CallerRequest, response: HttpResponse, new: Json[TaskInput]
) -> Status[TaskOutput]:
    """Add a task."""
    task = use_cases.add(request.auth.id, new)
    response.headers["Location"] = reverse("api:get_task", kwargs={"id": task.id})
    return Status(201, TaskOutput.model_validate(task))


@router.get("/tasks/{id}", response={200: TaskOutput, **problems(401, 404, 503)})
def get_task(request: CallerRequest, id: PathId) -> TaskOutput:  # noqa: A002  # its name in the path
    """One of your tasks."""
    return TaskOutput.model_validate(use_cases.get(request.auth.id, id))


@router.patch(
    "/tasks/{id}", response={200: TaskOutput, **problems(400, 401, 404, 413, 415, 422, 503)}
)
def change_task(
    request: CallerRequest,
    id: PathId,  # noqa: A002  # its name in the path
    patch: Json[TaskPatch],
) -> TaskOutput:
    """Change a task by a JSON merge patch (RFC 7396)."""
    return TaskOutput.model_validate(use_cases.change(request.auth.id, id, patch))


@router.delete("/tasks/{id}", response={204: None, **problems(401, 404, 503)})
def delete_task(request: CallerRequest, id: PathId) -> Status[None]:  # noqa: A002  # the same
    """Delete a task."""
    use_cases.remove(request.auth.id, id)
    return Status(204, None)

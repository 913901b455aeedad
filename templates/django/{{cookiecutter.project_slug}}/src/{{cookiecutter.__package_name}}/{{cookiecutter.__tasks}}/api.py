"""Tasks over HTTP."""

from django.http import HttpResponse
from django.urls import reverse
from ninja import Body, Query, Router, Status

from ..accounts.auth import SignedInRequest
from ..infrastructure.api.fields import PathId
from . import use_cases
from .models import Task
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

router = Router()


@router.get("/tasks", response=TaskPage)
def list_tasks(request: SignedInRequest, query: Query[TaskQuery]) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(request.user, query)


@router.post("/tasks", response={201: TaskOutput})
def create_task(request: SignedInRequest, response: HttpResponse, new: TaskInput) -> Status[Task]:
    """Add a task."""
    task = use_cases.add(request.user, new)
    response.headers["Location"] = reverse("api:get_task", kwargs={"id": task.id})
    return Status(201, task)


@router.get("/tasks/{id}", response=TaskOutput)
def get_task(request: SignedInRequest, id: PathId) -> Task:  # noqa: A002  # its name in the path
    """One of your tasks."""
    return use_cases.get(request.user, id)


@router.patch("/tasks/{id}", response=TaskOutput)
def change_task(
    request: SignedInRequest,
    id: PathId,  # noqa: A002  # its name in the path
    patch: Body[TaskPatch],
) -> Task:
    """Change a task by a JSON merge patch (RFC 7396)."""
    return use_cases.change(request.user, id, patch)


@router.delete("/tasks/{id}", response={204: None})
def delete_task(request: SignedInRequest, id: PathId) -> Status[None]:  # noqa: A002  # the same
    """Delete a task."""
    use_cases.remove(request.user, id)
    return Status(204, None)

"""Tasks over HTTP."""

from uuid import UUID

from flask import Blueprint, url_for

from ..accounts.auth import signed_in
from ..accounts.use_cases import Caller
from ..infrastructure.api.schema import BEARER, Answers, api
from ..services import services
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

blueprint = Blueprint("tasks", __name__, url_prefix="/api/v1/tasks")


@blueprint.get("")
@signed_in
@api.validate(resp=Answers(401, 422, 503, HTTP_200=TaskPage), tags=["tasks"], security=BEARER)
def list_tasks(caller: Caller, query: TaskQuery) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(services().database, caller.id, query)


@blueprint.post("")
@signed_in
@api.validate(
    resp=Answers(400, 401, 413, 415, 422, 503, HTTP_201=TaskOutput),
    tags=["tasks"],
    security=BEARER,
)
def create_task(caller: Caller, json: TaskInput) -> tuple[TaskOutput, int, dict[str, str]]:
    """Add a task."""
    task = use_cases.add(services().database, caller.id, json)
    location = url_for(".get_task", id=task.id)
    return TaskOutput.model_validate(task), 201, {"Location": location}


@blueprint.get("/<path_id:id>")
@signed_in
@api.validate(resp=Answers(401, 404, 503, HTTP_200=TaskOutput), tags=["tasks"], security=BEARER)
def get_task(caller: Caller, id: UUID | None) -> TaskOutput:  # noqa: A002  # its name in the path
    """One of your tasks."""
    return TaskOutput.model_validate(use_cases.get(services().database, caller.id, id))


@blueprint.patch("/<path_id:id>")
@signed_in
@api.validate(
    resp=Answers(400, 401, 404, 413, 415, 422, 503, HTTP_200=TaskOutput),
    tags=["tasks"],
    security=BEARER,
)
def change_task(
    caller: Caller,
    json: TaskPatch,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> TaskOutput:
    """Change a task by a JSON merge patch (RFC 7396)."""
    return TaskOutput.model_validate(use_cases.change(services().database, caller.id, id, json))


@blueprint.delete("/<path_id:id>")
@signed_in
@api.validate(resp=Answers(401, 404, 503, HTTP_204=None), tags=["tasks"], security=BEARER)
def delete_task(
    caller: Caller,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> tuple[str, int]:
    """Delete a task."""
    use_cases.remove(services().database, caller.id, id)
    return "", 204

"""Tasks over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and views.

from typing import Literal
from uuid import UUID

from flask import url_for

from ..accounts.auth import authenticate, caller
from ..infrastructure.api.schema import ApiBlueprint
from ..services import services
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

blueprint = ApiBlueprint("tasks", __name__, url_prefix="/api/v1/tasks", authenticate=authenticate)


@blueprint.get("")
def list_tasks(query: TaskQuery) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(services().database, caller().id, query)


@blueprint.post("")
def create_task(json: TaskInput) -> tuple[TaskOutput, Literal[201], dict[str, str]]:
    """Add a task."""
    task = use_cases.add(services().database, caller().id, json)
    location = url_for(".get_task", id=task.id)
    return TaskOutput.model_validate(task), 201, {"Location": location}


@blueprint.get("/<path_id:id>")
def get_task(id: UUID | None) -> TaskOutput:
    """One of your tasks."""
    return TaskOutput.model_validate(use_cases.get(services().database, caller().id, id))


@blueprint.patch("/<path_id:id>")
def change_task(id: UUID | None, json: TaskPatch) -> TaskOutput:
    """Change a task by a JSON merge patch (RFC 7396)."""
    task = use_cases.change(services().database, caller().id, id, json)
    return TaskOutput.model_validate(task)


@blueprint.delete("/<path_id:id>")
def delete_task(id: UUID | None) -> tuple[str, Literal[204]]:
    """Delete a task."""
    use_cases.remove(services().database, caller().id, id)
    return "", 204

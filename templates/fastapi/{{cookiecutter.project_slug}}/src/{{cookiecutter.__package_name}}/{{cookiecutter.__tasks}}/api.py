"""Tasks over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from ..accounts.auth import CallerDep, get_caller
from ..infrastructure.api.bodies import JsonRoute
from ..infrastructure.api.fields import PathId
from ..infrastructure.api.schema import problems
from ..services import ServicesDep
from . import use_cases
from .events import publish
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

router = APIRouter(
    prefix="/api/v1/tasks",
    tags=["tasks"],
    route_class=JsonRoute,
    dependencies=[Depends(get_caller)],
    responses=problems(401, 503),
)

TaskIdDep = Annotated[PathId, Path(alias="id")]


@router.get("")
async def list_tasks(
    services: ServicesDep, caller: CallerDep, query: Annotated[TaskQuery, Query()]
) -> TaskPage:
    """Your tasks, the newest first."""
    return await use_cases.page(services.database, caller.id, query)


@router.post("", status_code=201, response_model=TaskOutput)
async def create_task(
    request: Request, services: ServicesDep, caller: CallerDep, new: TaskInput, response: Response
) -> object:
    """Add a task."""
    task = await use_cases.add(services.database, caller.id, new)
    await publish(services.hub, caller.id, "task.created", task)
    response.headers["Location"] = request.url_for("get_task", id=task.id).path
    return task


@router.get("/{id}", response_model=TaskOutput, responses=problems(404))
async def get_task(services: ServicesDep, caller: CallerDep, task_id: TaskIdDep) -> object:
    """One of your tasks."""
    return await use_cases.get(services.database, caller.id, task_id)


@router.patch("/{id}", response_model=TaskOutput, responses=problems(404))
async def change_task(
    services: ServicesDep,
    caller: CallerDep,
    task_id: TaskIdDep,
    patch: Annotated[TaskPatch, Body()],
) -> object:
    """Change a task by a JSON merge patch (RFC 7396)."""
    task = await use_cases.change(services.database, caller.id, task_id, patch)
    if patch:
        await publish(services.hub, caller.id, "task.updated", task)
    return task


@router.delete("/{id}", status_code=204, responses=problems(404))
async def delete_task(services: ServicesDep, caller: CallerDep, task_id: TaskIdDep) -> None:
    """Delete a task."""
    task = await use_cases.remove(services.database, caller.id, task_id)
    await publish(services.hub, caller.id, "task.deleted", task)

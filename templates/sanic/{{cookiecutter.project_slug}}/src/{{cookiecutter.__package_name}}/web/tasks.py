"""Tasks over HTTP."""

from uuid import UUID

from pydantic import TypeAdapter
from sanic import Blueprint
from sanic.response import HTTPResponse

from .. import export, tasks
from ..accounts import Caller
from ..inputs import JSON, MERGE_PATCH, read_query
from ..schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery
from .auth import bearer, signed_in
from .bodies import read_json
from .request import Request
from .responses import empty, json
from .streaming import streamed

blueprint = Blueprint("tasks", url_prefix="/tasks")

_query = TypeAdapter(TaskQuery)
_input = TypeAdapter(TaskInput)
_patch = TypeAdapter(TaskPatch)
_task = TypeAdapter(TaskOutput)
_page = TypeAdapter(TaskPage)


@blueprint.get("")
@signed_in
async def list_tasks(request: Request, caller: Caller) -> HTTPResponse:
    """Your tasks, the newest first."""
    parameters = request.get_args(keep_blank_values=True)
    query = read_query(_query, {name: values[-1] for name, values in parameters.items()})
    return json(_page, await tasks.page(request.app.ctx.database, caller.id, query))


@blueprint.post("", stream=True)
@signed_in
async def create_task(request: Request, caller: Caller) -> HTTPResponse:
    """Add a task."""
    services = request.app.ctx
    task = await tasks.add(services.database, caller.id, await read_json(request, _input))
    await services.hub.publish(caller.id, "task.created", task)
    location = request.app.url_for("tasks.get_task", id=task.id)
    return json(_task, task, 201, Location=location)


@blueprint.get("/export")
@signed_in
async def export_tasks(request: Request, caller: Caller) -> HTTPResponse | None:
    """All of your tasks, the newest first: one JSON object a line."""
    batches = export.batches(request.app.ctx.database, caller.id)
    # A database that is away is told as long as nothing else has been said.
    first = await anext(batches, b"")
    async with streamed(request, content_type=export.MEDIA_TYPE) as send:
        await send(first)
        async for batch in batches:
            await send(batch)
    return None


@blueprint.get("/<id:path_id>")
async def get_task(request: Request, id: UUID | None) -> HTTPResponse:  # noqa: A002  # its name in the path
    """One of your tasks."""
    return json(_task, await tasks.get(request.app.ctx.database, bearer(request), id))


@blueprint.patch("/<id:path_id>", stream=True)
@signed_in
async def change_task(
    request: Request,
    caller: Caller,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """Change a task by a JSON merge patch (RFC 7396)."""
    services = request.app.ctx
    patch = await read_json(request, _patch, JSON, MERGE_PATCH)
    task = await tasks.change(services.database, caller.id, id, patch)
    if patch:
        await services.hub.publish(caller.id, "task.updated", task)
    return json(_task, task)


@blueprint.delete("/<id:path_id>")
@signed_in
async def delete_task(
    request: Request,
    caller: Caller,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """Delete a task."""
    services = request.app.ctx
    task = await tasks.remove(services.database, caller.id, id)
    await services.hub.publish(caller.id, "task.deleted", task)
    return empty()

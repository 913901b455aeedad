"""Tasks over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and handlers.

from uuid import UUID

from sanic import Blueprint
from sanic.response import HTTPResponse

from ..accounts.auth import authenticate
from ..infrastructure.api.endpoints import endpoint
from ..infrastructure.api.streaming import streamed
from ..services import Request
from . import export, use_cases
from .events import publish
from .export import NDJSON
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

blueprint = Blueprint("tasks", url_prefix="/api/v1/tasks")
blueprint.on_request(authenticate)


@blueprint.get("")
@endpoint()
async def list_tasks(request: Request, query: TaskQuery) -> TaskPage:
    """Your tasks, the newest first."""
    return await use_cases.page(request.app.ctx.database, request.ctx.caller.id, query)


@blueprint.post("")
@endpoint(status=201)
async def create_task(request: Request, body: TaskInput) -> tuple[TaskOutput, dict[str, str]]:
    """Add a task."""
    task = await use_cases.add(request.app.ctx.database, request.ctx.caller.id, body)
    await publish(request.app.ctx.hub, request.ctx.caller.id, "task.created", task)
    location = request.prefix + request.app.url_for("tasks.get_task", id=task.id)
    return TaskOutput.model_validate(task), {"Location": location}


@blueprint.get("/export")
@endpoint(output=TaskOutput, output_type=NDJSON)
async def export_tasks(request: Request) -> HTTPResponse | None:
    """All of your tasks, one a line: the newest first, as JSON."""
    batches = export.batches(request.app.ctx.database, request.ctx.caller.id)
    # A database that is away is told as long as nothing else has been said.
    first = await anext(batches, b"")
    async with streamed(request, content_type=NDJSON) as send:
        await send(first)
        async for batch in batches:
            await send(batch)
    return None


@blueprint.get("/<id:path_id>")
@endpoint()
async def get_task(request: Request, id: UUID | None) -> TaskOutput:
    """One of your tasks."""
    found = await use_cases.get(request.app.ctx.database, request.ctx.caller.id, id)
    return TaskOutput.model_validate(found)


@blueprint.patch("/<id:path_id>")
@endpoint()
async def change_task(request: Request, id: UUID | None, body: TaskPatch) -> TaskOutput:
    """Change a task by a JSON merge patch (RFC 7396)."""
    task = await use_cases.change(request.app.ctx.database, request.ctx.caller.id, id, body)
    if body:
        await publish(request.app.ctx.hub, request.ctx.caller.id, "task.updated", task)
    return TaskOutput.model_validate(task)


@blueprint.delete("/<id:path_id>")
@endpoint()
async def delete_task(request: Request, id: UUID | None) -> None:
    """Delete a task."""
    task = await use_cases.remove(request.app.ctx.database, request.ctx.caller.id, id)
    await publish(request.app.ctx.hub, request.ctx.caller.id, "task.deleted", task)

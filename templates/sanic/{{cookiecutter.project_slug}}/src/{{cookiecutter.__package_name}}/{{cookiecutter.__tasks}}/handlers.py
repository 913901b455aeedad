"""Tasks over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and handlers.

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from sanic import Blueprint
from sanic.response import HTTPResponse

from ..accounts.auth import authenticate
from ..infrastructure.api.endpoints import endpoint
from ..infrastructure.api.streaming import streamed
from ..services import Request
from . import export, use_cases
from .events import EventType, publish
from .export import NDJSON
from .models import Task
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

blueprint = Blueprint("tasks", url_prefix="/api/v1/tasks")
blueprint.on_request(authenticate)


async def _told(request: Request, kind: EventType, changing: Coroutine[Any, Any, Task]) -> Task:
    """Change a task, and tell of it.

    Not in the task of the handler: where the client leaves, Sanic cancels that one, perhaps
    between the two.
    """

    async def work() -> Task:
        task = await changing
        await publish(request.app.ctx.hub, request.ctx.caller.id, kind, task)
        return task

    return await asyncio.shield(work())


@blueprint.get("")
@endpoint()
async def list_tasks(request: Request, query: TaskQuery) -> TaskPage:
    """Your tasks, the newest first."""
    return await use_cases.page(request.app.ctx.database, request.ctx.caller.id, query)


@blueprint.post("")
@endpoint(status=201)
async def create_task(request: Request, body: TaskInput) -> tuple[TaskOutput, dict[str, str]]:
    """Add a task."""
    adding = use_cases.add(request.app.ctx.database, request.ctx.caller.id, body)
    task = await _told(request, "task.created", adding)
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
    changing = use_cases.change(request.app.ctx.database, request.ctx.caller.id, id, body)
    task = await (_told(request, "task.updated", changing) if body else changing)
    return TaskOutput.model_validate(task)


@blueprint.delete("/<id:path_id>")
@endpoint()
async def delete_task(request: Request, id: UUID | None) -> None:
    """Delete a task."""
    removing = use_cases.remove(request.app.ctx.database, request.ctx.caller.id, id)
    await _told(request, "task.deleted", removing)

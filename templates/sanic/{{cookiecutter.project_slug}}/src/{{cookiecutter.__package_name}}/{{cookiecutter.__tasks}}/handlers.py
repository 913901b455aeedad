"""Tasks over HTTP."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sanic import Blueprint
from sanic.response import HTTPResponse

from ..accounts.auth import authenticate
from ..infrastructure.api.inputs import JSON, MERGE_PATCH
from ..infrastructure.api.reading import read_json, read_query
from ..infrastructure.api.responses import empty, json
from ..infrastructure.api.streaming import streamed
from ..services import Request
from . import export, use_cases
from .events import EventType, publish
from .models import Task
from .operations import NDJSON
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

blueprint = Blueprint("tasks", url_prefix="/api/v1/tasks")
blueprint.on_request(authenticate)

_query = TypeAdapter(TaskQuery)
_input = TypeAdapter(TaskInput)
_patch = TypeAdapter(TaskPatch)
_task = TypeAdapter(TaskOutput)
_page = TypeAdapter(TaskPage)


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
async def list_tasks(request: Request) -> HTTPResponse:
    """Your tasks, the newest first."""
    query = read_query(request, _query)
    return json(_page, await use_cases.page(request.app.ctx.database, request.ctx.caller.id, query))


@blueprint.post("", stream=True)
async def create_task(request: Request) -> HTTPResponse:
    """Add a task."""
    new = await read_json(request, _input)
    adding = use_cases.add(request.app.ctx.database, request.ctx.caller.id, new)
    task = await _told(request, "task.created", adding)
    location = request.prefix + request.app.url_for("tasks.get_task", id=task.id)
    return json(_task, task, 201, Location=location)


@blueprint.get("/export")
async def export_tasks(request: Request) -> HTTPResponse | None:
    """All of your tasks, the newest first: one JSON object a line."""
    batches = export.batches(request.app.ctx.database, request.ctx.caller.id)
    # A database that is away is told as long as nothing else has been said.
    first = await anext(batches, b"")
    async with streamed(request, content_type=NDJSON) as send:
        await send(first)
        async for batch in batches:
            await send(batch)
    return None


@blueprint.get("/<id:path_id>")
async def get_task(
    request: Request,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """One of your tasks."""
    return json(_task, await use_cases.get(request.app.ctx.database, request.ctx.caller.id, id))


@blueprint.patch("/<id:path_id>", stream=True)
async def change_task(
    request: Request,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """Change a task by a JSON merge patch (RFC 7396)."""
    patch = await read_json(request, _patch, JSON, MERGE_PATCH)
    changing = use_cases.change(request.app.ctx.database, request.ctx.caller.id, id, patch)
    task = await (_told(request, "task.updated", changing) if patch else changing)
    return json(_task, task)


@blueprint.delete("/<id:path_id>")
async def delete_task(
    request: Request,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """Delete a task."""
    removing = use_cases.remove(request.app.ctx.database, request.ctx.caller.id, id)
    await _told(request, "task.deleted", removing)
    return empty()

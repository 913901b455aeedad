"""Tasks over HTTP."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sanic import Blueprint
from sanic.response import HTTPResponse

from .. import export, tasks
from ..accounts import Caller
from ..events import EventType
from ..inputs import JSON, MERGE_PATCH, read_query
from ..models import Task
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


async def _told(
    request: Request, caller: Caller, kind: EventType, changing: Coroutine[Any, Any, Task]
) -> Task:
    """Change a task, and tell of it.

    Not in the task of the handler: where the client leaves, Sanic cancels that one, perhaps
    between the two.
    """

    async def work() -> Task:
        task = await changing
        await request.app.ctx.hub.publish(caller.id, kind, task)
        return task

    return await asyncio.shield(work())


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
    adding = tasks.add(request.app.ctx.database, caller.id, await read_json(request, _input))
    task = await _told(request, caller, "task.created", adding)
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
    patch = await read_json(request, _patch, JSON, MERGE_PATCH)
    changing = tasks.change(request.app.ctx.database, caller.id, id, patch)
    task = await (_told(request, caller, "task.updated", changing) if patch else changing)
    return json(_task, task)


@blueprint.delete("/<id:path_id>")
@signed_in
async def delete_task(
    request: Request,
    caller: Caller,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """Delete a task."""
    removing = tasks.remove(request.app.ctx.database, caller.id, id)
    await _told(request, caller, "task.deleted", removing)
    return empty()

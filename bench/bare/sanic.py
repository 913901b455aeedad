"""Sanic and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from sanic import HTTPResponse, Request, Sanic, json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tables import Task, owner_of

app = Sanic("bare")
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


@app.get("/api/v1/small")
async def small(_request: Request) -> HTTPResponse:
    """Answer."""
    return json({"hello": "world"})


@app.get("/api/v1/tasks/<task_id:uuid>")
async def get_task(request: Request, task_id: UUID) -> HTTPResponse:
    """A task of whose token it is."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    async with AsyncSession(engine) as session:
        owner = (await session.scalars(owner_of(token))).one()
        mine = select(Task).where(Task.id == task_id, Task.user_id == owner.id)
        task = (await session.scalars(mine)).one()
    return json({"id": str(task.id), "title": task.title, "done": task.done})


if __name__ == "__main__":
    # One process, as the service's worker is.
    app.run(port=int(os.environ["PORT"]), single_process=True, motd=False)

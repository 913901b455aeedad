# /// script
# dependencies = [
#     "argon2-cffi",
#     "psycopg[binary]",
#     "sanic",
#     "sqlalchemy[asyncio]",
#     "uuid-utils",
# ]
# ///
"""Sanic and nothing else: what the template's production stack is compared with."""

import asyncio
import os
from uuid import UUID

from sanic import HTTPResponse, Request, Sanic, Websocket, json
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from tables import POOL, Task, User, new_token, owner_of, page_of, shown, task_of, user_with

app = Sanic("bare")
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], **POOL)
# What they return may be read after the commit.
opened = async_sessionmaker(engine, expire_on_commit=False)


async def owner(request: Request, session: AsyncSession) -> User:
    """Whose token the request has."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    return (await session.scalars(owner_of(token))).one()


@app.get("/api/v1/small")
async def small(_request: Request) -> HTTPResponse:
    """Answer."""
    return json({"hello": "world"})


@app.get("/api/v1/tasks/<task_id:uuid>")
async def get_task(request: Request, task_id: UUID) -> HTTPResponse:
    """A task of whose token it is."""
    async with opened() as session:
        found = await session.scalars(task_of(await owner(request, session), task_id))
        return json(shown(found.one()))


@app.get("/api/v1/tasks")
async def get_tasks(request: Request) -> HTTPResponse:
    """The newest tasks."""
    async with opened() as session:
        found = await session.scalars(page_of(await owner(request, session)))
        return json({"items": [shown(task) for task in found]})


@app.post("/api/v1/tasks")
async def create_task(request: Request) -> HTTPResponse:
    """Add a task."""
    async with opened() as session:
        task = Task(user_id=(await owner(request, session)).id, title=request.json["title"])
        session.add(task)
        await session.commit()
    return json(shown(task), status=201)


@app.post("/api/v1/tokens")
async def create_token(request: Request) -> HTTPResponse:
    """Sign in."""
    async with opened() as session:
        user = (await session.scalars(user_with(request.json["email"]))).one()
        password = request.json["password"]
        access_token, kept = await asyncio.to_thread(new_token, user, password)
        session.add(kept)
        await session.commit()
    return json({"access_token": access_token}, status=201)


@app.websocket("/api/v1/events")
async def events(_request: Request, socket: Websocket) -> None:
    """Say that it is open, and wait until it is not."""
    await socket.recv()
    await socket.send('{"type":"ready"}')
    await socket.recv()


if __name__ == "__main__":
    # One process, as the service's worker is.
    app.run(port=int(os.environ["PORT"]), single_process=True, motd=False)

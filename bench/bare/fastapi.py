# /// script
# dependencies = [
#     "argon2-cffi",
#     "fastapi",
#     "granian[uvloop]",
#     "psycopg[binary]",
#     "sqlalchemy[asyncio]",
#     "uuid-utils",
# ]
# ///
"""FastAPI and nothing else: what the template's production stack is compared with."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, WebSocket, WebSocketDisconnect
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from tables import POOL, Task, User, new_token, owner_of, page_of, task_of, user_with


class Small(BaseModel):
    """A small answer."""

    hello: str


class TaskInput(BaseModel):
    """A new task."""

    title: str


class TaskOutput(BaseModel):
    """A task."""

    id: UUID
    title: str
    done: bool


class TaskPage(BaseModel):
    """The newest tasks."""

    items: list[TaskOutput]


class Credentials(BaseModel):
    """Who signs in."""

    email: str
    password: str


class TokenOutput(BaseModel):
    """An access token."""

    access_token: str


# As every application has it that is more than one file.
router = APIRouter(prefix="/api/v1")
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], **POOL)
# What they return may be read after the commit.
opened = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session, the way FastAPI's documentation shows it."""
    async with opened() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


async def get_owner(
    session: SessionDep, bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> User:
    """Whose token it is."""
    return (await session.scalars(owner_of(bearer.credentials))).one()


OwnerDep = Annotated[User, Depends(get_owner)]


@router.get("/small")
async def small() -> Small:
    """Answer."""
    return Small(hello="world")


@router.get("/tasks/{task_id}", response_model=TaskOutput)
async def get_task(task_id: UUID, session: SessionDep, owner: OwnerDep) -> object:
    """A task of whose token it is."""
    return (await session.scalars(task_of(owner, task_id))).one()


@router.get("/tasks", response_model=TaskPage)
async def get_tasks(session: SessionDep, owner: OwnerDep) -> object:
    """The newest tasks."""
    return {"items": (await session.scalars(page_of(owner))).all()}


@router.post("/tasks", status_code=201, response_model=TaskOutput)
async def create_task(given: TaskInput, session: SessionDep, owner: OwnerDep) -> object:
    """Add a task."""
    task = Task(user_id=owner.id, title=given.title)
    session.add(task)
    await session.commit()
    return task


@router.post("/tokens", status_code=201)
async def create_token(given: Credentials, session: SessionDep) -> TokenOutput:
    """Sign in."""
    user = (await session.scalars(user_with(given.email))).one()
    access_token, kept = await asyncio.to_thread(new_token, user, given.password)
    session.add(kept)
    await session.commit()
    return TokenOutput(access_token=access_token)


@router.websocket("/events")
async def events(socket: WebSocket) -> None:
    """Say that it is open, and wait until it is not."""
    await socket.accept()
    await socket.receive_text()
    await socket.send_json({"type": "ready"})
    try:
        await socket.receive_text()
    except WebSocketDisconnect:
        return


app = FastAPI()
app.include_router(router)

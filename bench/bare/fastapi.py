"""FastAPI and nothing else: what the template's production stack is compared with."""

import os
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tables import Task, User, owner_of


class Small(BaseModel):
    """A small answer."""

    hello: str


class TaskOutput(BaseModel):
    """A task."""

    id: UUID
    title: str
    done: bool


# As every application has it that is more than one file.
router = APIRouter(prefix="/api/v1")
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session, the way FastAPI's documentation shows it."""
    async with AsyncSession(engine) as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


async def get_owner(
    session: SessionDep, bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> User:
    """Whose token it is."""
    return (await session.scalars(owner_of(bearer.credentials))).one()


@router.get("/small")
async def small() -> Small:
    """Answer."""
    return Small(hello="world")


@router.get("/tasks/{task_id}", response_model=TaskOutput)
async def get_task(
    task_id: UUID, session: SessionDep, owner: Annotated[User, Depends(get_owner)]
) -> object:
    """A task of whose token it is."""
    mine = select(Task).where(Task.id == task_id, Task.user_id == owner.id)
    return (await session.scalars(mine)).one()


app = FastAPI()
app.include_router(router)

"""FastAPI and nothing else: what the template's production stack is compared with."""

import os
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The declarative base."""


class Task(Base):
    """The columns that the service's own table has."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    done: Mapped[bool]


class Live(BaseModel):
    """The process answers."""

    status: str = "ok"


class TaskOutput(BaseModel):
    """A task."""

    id: UUID
    title: str
    done: bool


app = FastAPI()
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session, the way FastAPI's documentation shows it."""
    async with AsyncSession(engine) as session:
        yield session


@app.get("/livez")
async def livez() -> Live:
    """Answer."""
    return Live()


@app.get("/api/v1/tasks/{task_id}", response_model=TaskOutput)
async def get_task(task_id: UUID, session: Annotated[AsyncSession, Depends(get_session)]) -> object:
    """One row by its primary key."""
    return await session.get(Task, task_id)

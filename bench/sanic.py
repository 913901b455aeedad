"""Sanic and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from sanic import HTTPResponse, Request, Sanic, json
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


app = Sanic("bare")
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


@app.get("/livez")
async def livez(_request: Request) -> HTTPResponse:
    """Answer."""
    return json({"status": "ok"})


@app.get("/api/v1/tasks/<task_id:uuid>")
async def get_task(_request: Request, task_id: UUID) -> HTTPResponse:
    """One row by its primary key."""
    async with AsyncSession(engine) as session:
        task = await session.get(Task, task_id)
    assert task
    return json({"id": str(task.id), "title": task.title, "done": task.done})


if __name__ == "__main__":
    # One process, as the service's worker is.
    app.run(port=int(os.environ["PORT"]), single_process=True, motd=False)

"""Bottle and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from bottle import Bottle
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The declarative base."""


class Task(Base):
    """The columns that the service's own table has."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    done: Mapped[bool]


app = Bottle()
engine = create_engine(os.environ["BENCH_DATABASE_URL"])


@app.get("/livez")
def livez() -> dict[str, str]:
    """Answer."""
    return {"status": "ok"}


@app.get("/api/v1/tasks/<task_id>")
def get_task(task_id: str) -> dict[str, object]:
    """One row by its primary key."""
    with Session(engine) as session:
        task = session.get_one(Task, UUID(task_id))
        return {"id": str(task.id), "title": task.title, "done": task.done}

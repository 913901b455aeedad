"""Pyramid and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from pyramid.config import Configurator
from pyramid.request import Request
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


engine = create_engine(os.environ["BENCH_DATABASE_URL"])


def livez(request: Request) -> dict[str, str]:
    """Answer."""
    return {"status": "ok"}


def get_task(request: Request) -> dict[str, object]:
    """One row by its primary key."""
    with Session(engine) as session:
        task = session.get_one(Task, UUID(request.matchdict["id"]))
        return {"id": str(task.id), "title": task.title, "done": task.done}


with Configurator() as config:
    config.add_route("livez", "/livez")
    config.add_route("task", "/api/v1/tasks/{id}")
    config.add_view(livez, route_name="livez", renderer="json")
    config.add_view(get_task, route_name="task", renderer="json")
    app = config.make_wsgi_app()

"""CherryPy and nothing else: what the template's production stack is compared with."""

import os
from types import SimpleNamespace
from uuid import UUID

import cherrypy
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


@cherrypy.expose
@cherrypy.tools.json_out()
class Livez:
    """The process."""

    def GET(self) -> dict[str, str]:
        """Answer."""
        return {"status": "ok"}


@cherrypy.expose
@cherrypy.tools.json_out()
class Tasks:
    """The rows of the table."""

    def GET(self, task_id: str) -> dict[str, object]:
        """One row by its primary key."""
        with Session(engine) as session:
            task = session.get_one(Task, UUID(task_id))
            return {"id": str(task.id), "title": task.title, "done": task.done}


cherrypy.config.update({"environment": "embedded"})
engine = create_engine(os.environ["BENCH_DATABASE_URL"])
app = cherrypy.Application(
    SimpleNamespace(livez=Livez(), api=SimpleNamespace(v1=SimpleNamespace(tasks=Tasks()))),
    script_name="",
    config={"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}},
)

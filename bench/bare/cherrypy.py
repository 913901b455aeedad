"""CherryPy and nothing else: what the template's production stack is compared with."""

import os
from types import SimpleNamespace
from uuid import UUID

import cherrypy
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from tables import Task, owner_of


@cherrypy.expose
@cherrypy.tools.json_out()
class Small:
    """A small answer."""

    def GET(self) -> dict[str, str]:
        """Answer."""
        return {"hello": "world"}


@cherrypy.expose
@cherrypy.tools.json_out()
class Tasks:
    """The rows of the table."""

    def GET(self, task_id: str) -> dict[str, object]:
        """A task of whose token it is."""
        token = cherrypy.request.headers["Authorization"].removeprefix("Bearer ")
        with Session(engine) as session:
            owner = session.scalars(owner_of(token)).one()
            mine = select(Task).where(Task.id == UUID(task_id), Task.user_id == owner.id)
            task = session.scalars(mine).one()
            return {"id": str(task.id), "title": task.title, "done": task.done}


cherrypy.config.update({"environment": "embedded"})
engine = create_engine(os.environ["BENCH_DATABASE_URL"])
app = cherrypy.Application(
    SimpleNamespace(api=SimpleNamespace(v1=SimpleNamespace(small=Small(), tasks=Tasks()))),
    script_name="",
    config={"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}},
)

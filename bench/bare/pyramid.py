"""Pyramid and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from tables import Task, owner_of

engine = create_engine(os.environ["BENCH_DATABASE_URL"])


def small(request: Request) -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}


def get_task(request: Request) -> dict[str, object]:
    """A task of whose token it is."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    task_id = UUID(request.matchdict["id"])
    with Session(engine) as session:
        owner = session.scalars(owner_of(token)).one()
        mine = select(Task).where(Task.id == task_id, Task.user_id == owner.id)
        task = session.scalars(mine).one()
        return {"id": str(task.id), "title": task.title, "done": task.done}


with Configurator() as config:
    config.add_route("small", "/api/v1/small")
    config.add_route("task", "/api/v1/tasks/{id}")
    config.add_view(small, route_name="small", renderer="json")
    config.add_view(get_task, route_name="task", renderer="json")
    app = config.make_wsgi_app()

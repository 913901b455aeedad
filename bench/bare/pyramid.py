# /// script
# dependencies = [
#     "argon2-cffi",
#     "granian",
#     "psycopg[binary]",
#     "pyramid",
#     "sqlalchemy",
#     "uuid-utils",
# ]
# ///
"""Pyramid and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from tables import POOL, Task, User, new_token, owner_of, page_of, shown, task_of, user_with

engine = create_engine(os.environ["BENCH_DATABASE_URL"], **POOL)
# What they return may be read after the commit.
opened = sessionmaker(engine, expire_on_commit=False)


def owner(request: Request, session: Session) -> User:
    """Whose token the request has."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    return session.scalars(owner_of(token)).one()


def small(request: Request) -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}


def get_task(request: Request) -> dict[str, object]:
    """A task of whose token it is."""
    task_id = UUID(request.matchdict["id"])
    with opened() as session:
        return shown(session.scalars(task_of(owner(request, session), task_id)).one())


def get_tasks(request: Request) -> dict[str, object]:
    """The newest tasks."""
    with opened() as session:
        found = session.scalars(page_of(owner(request, session)))
        return {"items": [shown(task) for task in found]}


def create_task(request: Request) -> dict[str, object]:
    """Add a task."""
    request.response.status_code = 201
    with opened() as session:
        task = Task(user_id=owner(request, session).id, title=request.json_body["title"])
        session.add(task)
        session.commit()
        return shown(task)


def create_token(request: Request) -> dict[str, object]:
    """Sign in."""
    request.response.status_code = 201
    given = request.json_body
    with opened() as session:
        user = session.scalars(user_with(given["email"])).one()
        access_token, kept = new_token(user, given["password"])
        session.add(kept)
        session.commit()
    return {"access_token": access_token}


with Configurator() as config:
    config.add_route("small", "/api/v1/small")
    config.add_route("task", "/api/v1/tasks/{id}")
    config.add_route("tasks", "/api/v1/tasks")
    config.add_route("tokens", "/api/v1/tokens")
    config.add_view(small, route_name="small", renderer="json")
    config.add_view(get_task, route_name="task", renderer="json")
    config.add_view(get_tasks, route_name="tasks", request_method="GET", renderer="json")
    config.add_view(create_task, route_name="tasks", request_method="POST", renderer="json")
    config.add_view(create_token, route_name="tokens", renderer="json")
    app = config.make_wsgi_app()

# /// script
# dependencies = [
#     "argon2-cffi",
#     "bottle",
#     "granian",
#     "psycopg[binary]",
#     "sqlalchemy",
#     "uuid-utils",
# ]
# ///
"""Bottle and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from bottle import Bottle, request, response
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from tables import POOL, Task, User, new_token, owner_of, page_of, shown, task_of, user_with

app = Bottle()
engine = create_engine(os.environ["BENCH_DATABASE_URL"], **POOL)
# What they return may be read after the commit.
opened = sessionmaker(engine, expire_on_commit=False)


def owner(session: Session) -> User:
    """Whose token the request has."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    return session.scalars(owner_of(token)).one()


@app.get("/api/v1/small")
def small() -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}


@app.get("/api/v1/tasks/<task_id>")
def get_task(task_id: str) -> dict[str, object]:
    """A task of whose token it is."""
    with opened() as session:
        return shown(session.scalars(task_of(owner(session), UUID(task_id))).one())


@app.get("/api/v1/tasks")
def get_tasks() -> dict[str, object]:
    """The newest tasks."""
    with opened() as session:
        return {"items": [shown(task) for task in session.scalars(page_of(owner(session)))]}


@app.post("/api/v1/tasks")
def create_task() -> dict[str, object]:
    """Add a task."""
    response.status = 201
    with opened() as session:
        task = Task(user_id=owner(session).id, title=request.json["title"])
        session.add(task)
        session.commit()
        return shown(task)


@app.post("/api/v1/tokens")
def create_token() -> dict[str, object]:
    """Sign in."""
    response.status = 201
    with opened() as session:
        user = session.scalars(user_with(request.json["email"])).one()
        access_token, kept = new_token(user, request.json["password"])
        session.add(kept)
        session.commit()
    return {"access_token": access_token}

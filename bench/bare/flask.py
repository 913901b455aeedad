# /// script
# dependencies = [
#     "argon2-cffi",
#     "flask",
#     "granian",
#     "psycopg[binary]",
#     "sqlalchemy",
#     "uuid-utils",
# ]
# ///
"""Flask and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from flask import Flask, request
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from tables import POOL, Task, User, new_token, owner_of, page_of, shown, task_of, user_with

app = Flask(__name__)
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


@app.get("/api/v1/tasks/<uuid:task_id>")
def get_task(task_id: UUID) -> dict[str, object]:
    """A task of whose token it is."""
    with opened() as session:
        return shown(session.scalars(task_of(owner(session), task_id)).one())


@app.get("/api/v1/tasks")
def get_tasks() -> dict[str, object]:
    """The newest tasks."""
    with opened() as session:
        return {"items": [shown(task) for task in session.scalars(page_of(owner(session)))]}


@app.post("/api/v1/tasks")
def create_task() -> tuple[dict[str, object], int]:
    """Add a task."""
    with opened() as session:
        task = Task(user_id=owner(session).id, title=request.get_json()["title"])
        session.add(task)
        session.commit()
        return shown(task), 201


@app.post("/api/v1/tokens")
def create_token() -> tuple[dict[str, object], int]:
    """Sign in."""
    given = request.get_json()
    with opened() as session:
        user = session.scalars(user_with(given["email"])).one()
        access_token, kept = new_token(user, given["password"])
        session.add(kept)
        session.commit()
    return {"access_token": access_token}, 201

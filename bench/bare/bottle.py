"""Bottle and nothing else: what the template's production stack is compared with."""

import os
from uuid import UUID

from bottle import Bottle, request
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from tables import Task, owner_of

app = Bottle()
engine = create_engine(os.environ["BENCH_DATABASE_URL"])


@app.get("/api/v1/small")
def small() -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}


@app.get("/api/v1/tasks/<task_id>")
def get_task(task_id: str) -> dict[str, object]:
    """A task of whose token it is."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    with Session(engine) as session:
        owner = session.scalars(owner_of(token)).one()
        mine = select(Task).where(Task.id == UUID(task_id), Task.user_id == owner.id)
        task = session.scalars(mine).one()
        return {"id": str(task.id), "title": task.title, "done": task.done}

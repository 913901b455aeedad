"""Tasks over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and views.

from uuid import UUID

from bottle import Bottle, request, response

from ..accounts.use_cases import Caller
from ..infrastructure.api.requests import json_body, query
from ..infrastructure.database.access import Database
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery


def add_routes(app: Bottle) -> None:
    """Add the routes to the API."""
    app.get("/tasks", callback=list_tasks)
    app.post("/tasks", callback=create_task)
    app.get("/tasks/<id:uuid>", callback=get_task, name="task")
    app.patch("/tasks/<id:uuid>", callback=change_task)
    app.delete("/tasks/<id:uuid>", callback=delete_task)


def list_tasks(database: Database, caller: Caller) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(database, caller.id, query(TaskQuery))


def create_task(database: Database, caller: Caller) -> TaskOutput:
    """Add a task."""
    task = use_cases.add(database, caller.id, json_body(TaskInput))
    response.status = 201
    response.set_header("Location", request.app.get_url("task", id=task.id))
    return TaskOutput.model_validate(task)


def get_task(database: Database, caller: Caller, id: UUID | None) -> TaskOutput:
    """One of your tasks."""
    return TaskOutput.model_validate(use_cases.get(database, caller.id, id))


def change_task(database: Database, caller: Caller, id: UUID | None) -> TaskOutput:
    """Change a task by a JSON merge patch."""
    task = use_cases.change(database, caller.id, id, json_body(TaskPatch))
    return TaskOutput.model_validate(task)


def delete_task(database: Database, caller: Caller, id: UUID | None) -> None:
    """Delete a task."""
    use_cases.remove(database, caller.id, id)
    response.status = 204

"""Tasks over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and views.

from bottle import Bottle, request, response

from ..accounts.use_cases import Caller
from ..infrastructure.api.fields import PathId
from ..infrastructure.database.access import Database
from . import use_cases
from .schemas import TaskInput, TaskOutput, TaskPage, TaskPatch, TaskQuery

app = Bottle()


@app.get("/tasks")
def list_tasks(database: Database, caller: Caller, query: TaskQuery) -> TaskPage:
    """Your tasks, the newest first."""
    return use_cases.page(database, caller.id, query)


@app.post("/tasks", status=201)
def create_task(database: Database, caller: Caller, body: TaskInput) -> TaskOutput:
    """Add a task."""
    task = use_cases.add(database, caller.id, body)
    response.set_header("Location", request.app.get_url("task", id=task.id))
    return TaskOutput.model_validate(task)


@app.get("/tasks/<id>", name="task")
def get_task(database: Database, caller: Caller, id: PathId) -> TaskOutput:
    """One of your tasks."""
    return TaskOutput.model_validate(use_cases.get(database, caller.id, id))


@app.patch("/tasks/<id>")
def change_task(database: Database, caller: Caller, id: PathId, body: TaskPatch) -> TaskOutput:
    """Change a task by a JSON merge patch."""
    return TaskOutput.model_validate(use_cases.change(database, caller.id, id, body))


@app.delete("/tasks/<id>", status=204)
def delete_task(database: Database, caller: Caller, id: PathId) -> None:
    """Delete a task."""
    use_cases.remove(database, caller.id, id)

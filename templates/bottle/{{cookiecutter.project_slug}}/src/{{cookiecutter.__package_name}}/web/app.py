"""The service over HTTP, from top to bottom: what is read, the views, and how it is put together.

A view gets what it has parameters for from the plugins: services, and who calls.
"""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and views.

from collections.abc import Callable
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
from bottle import Bottle, HTTPResponse, JSONPlugin, abort, request, response, template
from pydantic import TypeAdapter

from .. import accounts, docs, logs, tasks
from ..about import DESCRIPTION, NAME, VERSION
from ..accounts import Caller
from ..config import load
from ..db import Database
from ..edge import PAGE_POLICY
from ..health import Readiness
from ..inputs import JSON, MERGE_PATCH, check_media_type, read_body, read_query
from ..metrics import MEDIA_TYPE as PROMETHEUS
from ..metrics import Metrics
from ..openapi import openapi_document
from ..schemas import (
    Credentials,
    PathId,
    SignIn,
    TaskInput,
    TaskOutput,
    TaskPage,
    TaskPatch,
    TaskQuery,
    TokenOutput,
    UserOutput,
)
from ..services import Services
from ..throttle import SignInThrottle
from ..wsgi import EdgeMiddleware
from . import Settings
from .plugins import (
    ModelPlugin,
    ProblemPlugin,
    RouteNamePlugin,
    ServicesPlugin,
    TokenPlugin,
    problem_response,
)

__all__ = ["create_app", "openapi_document"]

Input = TypeVar("Input")

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
VIEWS = [str(Path(__file__).with_name("views"))]


# What a request brings


def json_body(kind: type[Input]) -> Input:
    """The body as a type of pydantic; raises InputError.

    Not Bottle's `request.json`, which takes NaN for a number, and nothing over 100 KiB.
    """
    accepted = (JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON,)
    check_media_type(request.content_type, *accepted)
    body: Input = read_body(_adapter(kind), _all_of_body())
    return body


def _all_of_body() -> bytes:
    """Not Bottle's `request.body`: it takes apart chunks, which the server has done already."""
    stream = request.environ["wsgi.input"]
    # Other servers than ours may wait for more at the end.
    is_terminated = request.environ.get("wsgi.input_terminated", False)
    body: bytes = stream.read() if is_terminated else stream.read(max(0, request.content_length))
    return body


def query(kind: type[Input]) -> Input:
    """The query as a type of pydantic; raises InputError.

    Bottle's `request.query` is in Latin-1, and fails where it is asked for UTF-8 and finds none.
    """
    parameters = parse_qsl(request.query_string, keep_blank_values=True, errors="replace")
    found: Input = read_query(_adapter(kind), dict(parameters))
    return found


def refuse_malformed_path() -> None:
    """Bottle drops what is not UTF-8 from a path, so that `/livez%ff` would be `/livez`."""
    path = request.environ["bottle.raw_path"]
    if path.isascii():
        return
    try:
        path.encode("latin-1").decode()
    except UnicodeDecodeError:
        abort(400)


# Users and their access tokens


def register(database: Database) -> UserOutput:
    """Sign up."""
    user = accounts.register(database, json_body(Credentials))
    response.status = 201
    return UserOutput.model_validate(user)


def me(caller: Caller) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(caller)


def sign_in(database: Database, throttle: SignInThrottle, settings: Settings) -> TokenOutput:
    """Get an access token."""
    token = accounts.sign_in(
        database,
        throttle,
        json_body(SignIn),
        # Not `request.remote_addr`, which believes every `X-Forwarded-For`.
        client=request.environ["REMOTE_ADDR"],
        ttl_seconds=settings.token_ttl_seconds,
    )
    response.status = 201
    return token


def sign_out(database: Database, caller: Caller) -> None:
    """Make this token worthless."""
    accounts.revoke(database, caller.token_digest)
    response.status = 204


# Tasks


def list_tasks(database: Database, caller: Caller) -> TaskPage:
    """Your tasks, the newest first."""
    return tasks.page(database, caller.id, query(TaskQuery))


def create_task(database: Database, caller: Caller) -> TaskOutput:
    """Add a task."""
    task = tasks.add(database, caller.id, json_body(TaskInput))
    response.status = 201
    response.set_header("Location", request.app.get_url("task", id=task.id))
    return TaskOutput.model_validate(task)


def get_task(database: Database, access_token: str, id: UUID | None) -> TaskOutput:
    """One of your tasks."""
    return TaskOutput.model_validate(tasks.get(database, access_token, id))


def change_task(database: Database, caller: Caller, id: UUID | None) -> TaskOutput:
    """Change a task by a JSON merge patch."""
    task = tasks.change(database, caller.id, id, json_body(TaskPatch))
    return TaskOutput.model_validate(task)


def delete_task(database: Database, caller: Caller, id: UUID | None) -> None:
    """Delete a task."""
    tasks.remove(database, caller.id, id)
    response.status = 204


# What operators and people look at


def livez() -> dict[str, str]:
    """Say that the process answers; touches nothing else."""
    return {"status": "ok"}


def readyz(readiness: Readiness) -> dict[str, object] | HTTPResponse:
    """Say whether what the service depends on answers as well."""
    checks = readiness.checks()
    if set(checks.values()) == {"ok"}:
        return {"status": "ok", "checks": checks}
    return problem_response(503, detail="A dependency is not available.", checks=checks)


def get_metrics(metrics: Metrics) -> bytes:
    """Prometheus metrics."""
    response.content_type = PROMETHEUS
    return metrics.render()


def get_openapi() -> bytes:
    """The OpenAPI document."""
    response.content_type = JSON
    return openapi_document()


def get_docs() -> str:
    """The documentation of the API, for people."""
    response.set_header("Content-Security-Policy", docs.CONTENT_SECURITY_POLICY)
    return docs.PAGE


def get_docs_asset(name: str) -> bytes:
    """What that page loads."""
    if name not in docs.MEDIA_TYPES:
        abort(404)
    response.content_type = docs.MEDIA_TYPES[name]
    response.set_header("Cache-Control", "public, max-age=3600")
    return docs.asset(name)


def index() -> str:
    """The page that says what this is."""
    response.set_header("Content-Security-Policy", PAGE_POLICY)
    page: str = template(
        "index",
        template_lookup=VIEWS,
        name=NAME,
        description=DESCRIPTION,
        version=VERSION,
        url=request.app.get_url,
    )
    return page


# How it is put together


def create_app(settings: Settings | None = None) -> Bottle:
    """Make the application; the settings come from the environment where none are given.

    It is a WSGI application, which can be called from within another one. To mount it in another
    Bottle, hand over its `wsgi`: of a Bottle, only the routes would be taken.
    """
    settings = settings or load(Settings)
    logs.configure(settings)
    services = Services.of(settings)
    app = make_operations(services)
    app.mount("/api/v1/", make_api(services))
    app.add_hook("before_request", refuse_malformed_path)
    # What nobody foresaw is the edge's to log and to answer, not Bottle's.
    app.config["catchall"] = False
    for route in app.routes:
        # A mistake in it shows now, and the first request needs not wait.
        route.prepare()
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, app.close, exitpriority=0)
    wsgi = app.wsgi
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from .. import tracing_wsgi

        wsgi = tracing_wsgi.traced(wsgi, services)
    app.wsgi = EdgeMiddleware(wsgi, edge=services.edge)  # type: ignore[method-assign]  # what Bottle calls
    return app


def make_operations(services: Services) -> Bottle:
    """What operators and people look at."""
    app = make_bottle(services)
    app.get("/livez", callback=livez)
    app.get("/readyz", callback=readyz, name="readyz")
    app.get("/metrics", callback=get_metrics)
    app.get("/openapi.json", callback=get_openapi)
    app.get("/docs", callback=get_docs, name="docs")
    app.get("/docs/<name>", callback=get_docs_asset)
    app.get("/", callback=index)
    return app


def make_api(services: Services) -> Bottle:
    """The API, to be mounted; `openapi.py` describes it."""
    app = make_bottle(services)
    app.install(TokenPlugin(services.database))
    app.post("/users", callback=register, public=True)
    app.get("/users/me", callback=me)
    app.post("/tokens", callback=sign_in, public=True)
    app.delete("/tokens/current", callback=sign_out)
    app.get("/tasks", callback=list_tasks)
    app.post("/tasks", callback=create_task)
    app.get("/tasks/<id:uuid>", callback=get_task, name="task")
    app.patch("/tasks/<id:uuid>", callback=change_task)
    app.delete("/tasks/<id:uuid>", callback=delete_task)
    return app


def make_bottle(services: Services) -> Bottle:
    """An application with the plugins that all of ours have: a mounted one inherits none."""
    app = Bottle()
    # None for what is no UUID: a filter that refuses would answer before a token is asked for.
    to_id = TypeAdapter[UUID | None](PathId).validate_python
    app.router.add_filter("uuid", lambda _configuration: (r"[^/]+", to_id, str))
    app.uninstall(JSONPlugin)
    for plugin in (
        RouteNamePlugin(),
        ProblemPlugin(),
        JSONPlugin(orjson.dumps),
        ModelPlugin(),
        ServicesPlugin(services),
    ):
        app.install(plugin)
    return app

"""Errors become problem details here, and nowhere else."""

from http.client import responses
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException as StarletteHTTPException

from ..infrastructure.api.problems import MEDIA_TYPE, answer_to, field_errors, problem, reference
from ..infrastructure.errors import DomainError


def install(app: FastAPI) -> None:
    """Have every error of the application and of FastAPI answered as a problem."""
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(StarletteHTTPException, _http)
    # After its answer, FastAPI raises the error on, to whoever listens; the edge logs it.
    app.add_exception_handler(Exception, _unforeseen)


async def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    status, headers, members = answer_to(error)
    return _respond(request, status, headers=headers, **members)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        return _respond(request, 400, detail="The body is no JSON.")
    return _respond(
        request,
        422,
        errors=[
            described
            for place in ("path", "query", "header", "cookie", "body")
            for described in field_errors(
                [{**e, "loc": e["loc"][1:]} for e in errors if e["loc"][0] == place],
                within="body" if place == "body" else "query",
            )
        ],
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    headers = dict(error.headers or {})
    # A mounted application has no routes of ours.
    if error.status_code == 405 and "route" in request.scope:
        headers["Allow"] = ", ".join(_allowed(request))
    # What Starlette says where nothing else is said, problems say in a sentence.
    detail = "" if error.detail == responses[error.status_code] else str(error.detail)
    return _respond(request, error.status_code, headers=headers, detail=detail)


async def _unforeseen(request: Request, _error: Exception) -> Response:
    return _respond(request, 500)


def _allowed(request: Request) -> list[str]:
    # Starlette names the methods of the first route only that has this path.
    routes = list(iter_route_contexts(request.app.routes))
    paths = {each.path for each in routes if each.original_route is request.scope["route"]}
    methods = {method for each in routes if each.path in paths for method in each.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _respond(
    request: Request, status: int, *, headers: dict[str, str] | None = None, **members: Any
) -> Response:
    body = problem(
        status,
        instance=reference(request.scope["path"]),
        request_id=request.state.request_id,
        **members,
    )
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)

"""Errors become problem details here, and nowhere else."""

from http.client import responses
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from fastapi.utils import is_body_allowed_for_status_code
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match

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
    return respond(request, status, headers=headers, **members)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        return respond(request, 400, detail="The body is no JSON.")
    return respond(
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
    if not is_body_allowed_for_status_code(error.status_code):
        return Response(status_code=error.status_code, headers=headers)
    if error.status_code == 405 and (allowed := _allowed(request)):
        headers["Allow"] = ", ".join(allowed)
    # What Starlette says where nothing else is said, problems say in a sentence.
    detail = "" if error.detail == responses.get(error.status_code) else error.detail
    return respond(request, error.status_code, headers=headers, detail=detail)


async def _unforeseen(request: Request, _error: Exception) -> Response:
    return respond(request, 500)


def _allowed(request: Request) -> list[str]:
    # Starlette names the methods of the first route only that has this path. Of what is mounted we
    # know none.
    routes = iter_route_contexts(request.app.routes)
    found = (each for each in routes if each.matches(request.scope)[0] is not Match.NONE)
    methods = {method for each in found for method in each.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def respond(
    request: Request, status: int, *, headers: dict[str, str] | None = None, **members: Any
) -> Response:
    """A problem; its members besides are given by name."""
    body = problem(
        status,
        instance=reference(request.scope["path"]),
        request_id=request.state.request_id,
        **members,
    )
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)

"""Errors become problem details here, and nowhere else."""

from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, default_exceptions

from ..infrastructure.api.problems import MEDIA_TYPE, answer_to
from ..infrastructure.edge.wsgi import problem_of
from ..infrastructure.errors import DomainError


def install(app: Flask) -> None:
    """Have every error of the application and of Flask answered as a problem."""
    app.register_error_handler(DomainError, _domain)
    # What nothing else handles comes here too, as an InternalServerError that Flask has logged.
    app.register_error_handler(HTTPException, _http)


def respond(status: int, *, headers: dict[str, str] | None = None, **members: Any) -> Response:
    """An answer that is a problem."""
    body = problem_of(request.environ, request.environ["PATH_INFO"], status, **members)
    return Response(body, status, headers, content_type=MEDIA_TYPE)


def _domain(error: DomainError) -> Response:
    status, headers, members = answer_to(error)
    return respond(status, headers=headers, **members)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.response:
        # It has a body of its own.
        return error
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    # What Werkzeug says where nothing else is said, problems say in a sentence.
    default = default_exceptions.get(status, HTTPException).description
    detail = "" if error.description == default else error.description or ""
    return respond(status, headers=headers, detail=detail)

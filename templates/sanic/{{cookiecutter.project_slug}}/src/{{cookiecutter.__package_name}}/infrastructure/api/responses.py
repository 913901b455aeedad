"""Answers in JSON, written by pydantic."""

from typing import Any

from pydantic import TypeAdapter
from sanic.response import HTTPResponse

from .inputs import JSON


def json(
    adapter: TypeAdapter[Any], value: object, status: int = 200, **headers: str
) -> HTTPResponse:
    """An answer with a value as the adapter's type; it may be a row of the database."""
    body = adapter.dump_json(adapter.validate_python(value))
    return HTTPResponse(body, status, headers, JSON)


def empty() -> HTTPResponse:
    """An answer that has nothing to say."""
    return HTTPResponse(status=204)

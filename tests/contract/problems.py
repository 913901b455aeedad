"""Problem documents (RFC 9457), as every error is."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx

MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "request_id"})
# Python 3.13 took over the names that RFC 9110 gave these two.
RENAMED = {
    413: {"Content Too Large", "Request Entity Too Large"},
    422: {"Unprocessable Content", "Unprocessable Entity"},
}


def assert_problem(
    response: httpx.Response, status: int, *, extra: Sequence[str] = ()
) -> dict[str, Any]:
    """Check a whole problem, but for the `extra` members; it is returned."""
    assert response.status_code == status, response.text
    media_type, _, _ = response.headers["Content-Type"].partition(";")
    assert media_type == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.content)
    assert set(problem) == MEMBERS | set(extra)
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["X-Request-ID"]
    for member in ("type", "title", "detail", "instance"):
        assert isinstance(problem[member], str), member
        assert problem[member], member
    if problem["type"] == "about:blank":
        assert problem["title"] in RENAMED.get(status, {HTTPStatus(status).phrase})
    return problem


def assert_invalid(
    response: httpx.Response, *, pointers: Sequence[str] = (), parameters: Sequence[str] = ()
) -> None:
    """Check a 422 that names exactly these places in the body, or in the query."""
    errors = assert_problem(response, 422, extra=["errors"])["errors"]
    for error in errors:
        assert isinstance(error.pop("detail"), str)
    expected = [{"pointer": pointer} for pointer in pointers]
    expected += [{"parameter": parameter} for parameter in parameters]
    assert sorted(errors, key=str) == sorted(expected, key=str)


def assert_unauthorized(response: httpx.Response) -> None:
    """Check a 401 with the challenge that belongs to it."""
    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"].split(" ")[0] == "Bearer"

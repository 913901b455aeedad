"""Errors around the use cases: media types, paths and methods."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from .problems import assert_problem
from .resource import Resource

TASKS = "/api/v1/tasks"
A_TASK = f"/api/v1/tasks/{UUID(int=0)}"


@pytest.mark.parametrize("path", ["{resource}", "/api/v1/users", "/api/v1/tokens"])
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/problem+json",
        "application/jsonp",
        "application/octet-stream",
        "json",
        "application/json, text/plain",
        None,
    ],
)
def test_a_body_of_another_media_type_is_refused(
    api: httpx.Client, resource: Resource, path: str, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    refused = api.post(resource.at(path), content=resource.body(), headers=headers)
    assert_problem(refused, 415)


def test_of_two_media_types_neither_counts(api: httpx.Client, resource: Resource) -> None:
    json = ("Content-Type", "application/json")
    for headers in ([json, ("Content-Type", "text/plain")], [json, json]):
        assert_problem(api.post(resource.path, content=resource.body(), headers=headers), 415)


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "application/json;charset=UTF-8", "APPLICATION/JSON"],
)
def test_json_may_be_declared_in_several_ways(
    api: httpx.Client, resource: Resource, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    response = api.post(resource.path, content=resource.body(), headers=headers)
    assert response.status_code == 201


@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/v1", "/api/v2/tasks", "/favicon.png"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_unknown_path_is_not_found(api: httpx.Client, method: str, path: str) -> None:
    assert_problem(api.request(method, path), 404)


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/users/me"])
def test_browsers_are_answered_as_programs_are(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    assert_problem(response, 401 if path.endswith("/me") else 404)


ALLOWED: dict[str, set[str]] = {
    "/": {"GET"},
    "/livez": {"GET"},
    "/readyz": {"GET"},
    "/metrics": {"GET"},
    "/docs": {"GET"},
    "/docs/swagger-ui.css": {"GET"},
    "/openapi.json": {"GET"},
    "/api/v1/users": {"GET", "POST"},
    "/api/v1/users/me": {"DELETE", "GET"},
    "/api/v1/users/me/password": {"PUT"},
    "/api/v1/password-resets": {"POST"},
    f"/api/v1/password-resets/{'x' * 43}": {"PUT"},
    "/api/v1/email-verifications": {"POST"},
    f"/api/v1/email-verifications/{'x' * 43}": {"PUT"},
    "/api/v1/tokens": {"DELETE", "GET", "POST"},
    "/api/v1/tokens/current": {"DELETE"},
    f"/api/v1/tokens/{UUID(int=0)}": {"DELETE"},
    TASKS: {"GET", "POST"},
    A_TASK: {"GET", "PATCH", "DELETE"},
}
NOT_ALLOWED = [
    pytest.param(method, path, marks=pytest.mark.part("tasks") if path in {TASKS, A_TASK} else ())
    for path, allowed in ALLOWED.items()
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    if method not in allowed
]


@pytest.mark.parametrize(("method", "path"), NOT_ALLOWED)
def test_a_wrong_method_is_told_the_right_ones(api: httpx.Client, method: str, path: str) -> None:
    body: dict[str, Any] = {"json": {}} if method in {"POST", "PUT", "PATCH"} else {}
    response = api.request(method, path, **body)
    assert_problem(response, 405)
    allow = {name.strip() for name in response.headers["Allow"].split(",")}
    assert allow - {"HEAD", "OPTIONS"} == ALLOWED[path]


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "BREW"])
def test_an_unusual_method_is_refused(api: httpx.Client, method: str) -> None:
    # Some servers refuse a method that they don't know before the service sees it.
    with httpx.Client(base_url=api.base_url, trust_env=False) as plain:
        assert plain.request(method, "/livez").status_code in {400, 405, 501}

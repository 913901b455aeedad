"""The headers of every response, and the request's id."""

import json
import uuid
from typing import Any

import httpx
import pytest

from .headers import REQUEST_ID, assert_hygienic
from .resource import Resource

JSON = {"Content-Type": "application/json"}
UNKNOWN_TASK = f"/api/v1/tasks/{uuid.UUID(int=0)}"
TOO_LARGE = b" " * (1024 * 1024 + 1)

RESPONSES = [
    pytest.param("GET", "/", {}, 200, id="the front page"),
    pytest.param("GET", "/livez", {}, 200, id="liveness"),
    pytest.param("GET", "/readyz", {}, 200, id="readiness"),
    pytest.param("GET", "/metrics", {}, 200, id="metrics"),
    pytest.param("GET", "/docs", {}, 200, id="the documentation"),
    pytest.param("GET", "/openapi.json", {}, 200, id="the OpenAPI document"),
    pytest.param("HEAD", "/livez", {}, 200, id="HEAD"),
    pytest.param("GET", "{readable}", {}, 200, id="what is signed in for"),
    pytest.param("POST", "{resource}", {"content": b"{", "headers": JSON}, 400, id="bad JSON"),
    pytest.param("GET", "/api/v1/users/me", {"headers": {"Authorization": ""}}, 401, id="401"),
    pytest.param("GET", "/nowhere", {}, 404, id="an unknown path"),
    pytest.param("GET", "/api/v1/nowhere", {}, 404, id="an unknown path of the API"),
    pytest.param(
        "GET", UNKNOWN_TASK, {}, 404, id="an unknown task", marks=pytest.mark.part("tasks")
    ),
    pytest.param("POST", "/livez", {}, 405, id="a wrong method"),
    pytest.param("PUT", "{resource}", {}, 405, id="a wrong method of the API"),
    pytest.param(
        "POST", "{resource}", {"content": TOO_LARGE, "headers": JSON}, 413, id="too large"
    ),
    pytest.param("POST", "{resource}", {"data": {"title": "x"}}, 415, id="a form"),
    pytest.param("POST", "{resource}", {"json": {}}, 422, id="an invalid body"),
    pytest.param(
        "GET",
        "/api/v1/tasks?limit=0",
        {},
        422,
        id="an invalid query",
        marks=pytest.mark.part("tasks"),
    ),
]


@pytest.mark.parametrize(("method", "path", "request_", "status"), RESPONSES)
def test_every_kind_of_response_carries_the_headers(
    api: httpx.Client,
    resource: Resource,
    method: str,
    path: str,
    request_: dict[str, Any],
    status: int,
) -> None:
    response = api.request(method, resource.at(path), **request_)
    assert response.status_code == status
    assert_hygienic(response)
    assert "Strict-Transport-Security" not in response.headers


def test_what_is_created_carries_the_headers(api: httpx.Client, resource: Resource) -> None:
    response = api.post(resource.path, json=resource.new())
    assert response.status_code == 201
    assert_hygienic(response)
    assert "Strict-Transport-Security" not in response.headers


def test_a_response_without_content_carries_the_headers(own_api: httpx.Client) -> None:
    response = own_api.delete("/api/v1/tokens/current")
    assert response.status_code == 204
    assert response.content == b""
    assert_hygienic(response)


@pytest.mark.parametrize("path", ["/livez", "/", "{resource}"])
def test_the_answer_to_options_carries_the_headers(
    api: httpx.Client, resource: Resource, path: str
) -> None:
    response = api.options(resource.at(path))
    assert response.status_code in {200, 204, 405}
    assert_hygienic(response)


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/api/v1/users/me", "{readable}"])
def test_head_answers_as_get_without_a_body(
    api: httpx.Client, resource: Resource, path: str
) -> None:
    head, get = api.head(resource.at(path)), api.get(resource.at(path))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


PREFERENCES = [
    "Accept: application/xml",
    "Accept: */*;q=0",
    "Accept: nonsense",
    "Accept-Charset: iso-8859-1",
    "Accept-Charset: utf-8;q=0, *;q=0",
    "Accept-Encoding: identity;q=0, *;q=0",
    "Accept-Language: xx;q=abc",
    "Range: bytes=0-1",
    "If-None-Match: *",
    "If-Match: nonsense",
    "If-Modified-Since: nonsense",
    "X-HTTP-Method-Override: DELETE",
    "X-Original-URL: /nowhere",
    "Content-Type: text/html; charset=nonsense",
    "Content-Encoding: nonsense",
]


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/metrics", "/docs", "/openapi.json", "{readable}"]
)
def test_what_is_there_is_sent_whatever_a_client_would_rather_have(
    api: httpx.Client, resource: Resource, path: str
) -> None:
    for preference in PREFERENCES:
        name, _, value = preference.partition(": ")
        response = api.get(resource.at(path), headers={name: value})
        assert response.status_code == 200, preference
        assert_hygienic(response)


@pytest.mark.parametrize(
    "request_id",
    [
        pytest.param("a", id="one character"),
        pytest.param("AZaz09._-", id="each kind of character"),
        pytest.param("7" * 128, id="128 characters"),
    ],
)
def test_a_valid_request_id_is_taken_over(client: httpx.Client, request_id: str) -> None:
    response = client.get("/nowhere", headers={"X-Request-ID": request_id})
    assert response.headers["X-Request-ID"] == request_id
    assert response.json()["request_id"] == request_id


@pytest.mark.parametrize(
    "request_id",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"8" * 129, id="129 characters"),
        pytest.param(b"a b", id="a space"),
        pytest.param(b"a/b", id="a slash"),
        pytest.param(b"a,b", id="a comma"),
        pytest.param(b'{"a":1}', id="quotes and braces"),
        pytest.param("ä".encode(), id="UTF-8"),
        pytest.param(b"\xe4", id="Latin-1"),
        pytest.param("٣".encode(), id="a digit that is not ASCII"),
    ],
)
def test_an_invalid_request_id_is_replaced(client: httpx.Client, request_id: bytes) -> None:
    response = client.get("/nowhere", headers={b"X-Request-ID": request_id})
    replaced = response.headers["X-Request-ID"]
    assert REQUEST_ID.fullmatch(replaced)
    assert replaced.encode() != request_id
    assert json.loads(response.content)["request_id"] == replaced


def test_two_request_ids_make_one(client: httpx.Client) -> None:
    headers = [("X-Request-ID", "first"), ("X-Request-ID", "second")]
    response = client.get("/livez", headers=headers)
    [made] = response.headers.get_list("X-Request-ID")
    assert made not in {"first", "second"}


def test_each_request_without_an_id_gets_one_of_its_own(client: httpx.Client) -> None:
    ids = {client.get("/livez").headers["X-Request-ID"] for _ in range(10)}
    assert len(ids) == 10

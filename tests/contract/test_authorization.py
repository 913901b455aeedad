"""Who may call: a bearer token that is missing or malformed is 401, before anything else."""

import hashlib
import uuid
from typing import Any

import httpx
import pytest

from .client import Account
from .problems import assert_unauthorized
from .resource import Resource

ME = "/api/v1/users/me"
A_TASK = f"/api/v1/tasks/{uuid.uuid4()}"

MALFORMED = {
    "empty": b"",
    "no scheme": b"{token}",
    "no token": b"Bearer",
    "another scheme": b"Basic {token}",
    "another name for the scheme": b"Token {token}",
    "a comma for the space": b"Bearer,{token}",
    "a tab for the space": b"Bearer\t{token}",
    "no space": b"Bearer{token}",
    "more after the token": b"Bearer {token} {token}",
    "a comma after the token": b"Bearer {token},",
    "a quoted token": b'Bearer "{token}"',
    "padding": b"Bearer {token}=",
    "a shorter token": b"Bearer {shorter}",
    "a longer token": b"Bearer {token}A",
    "the case swapped": b"Bearer {swapped}",
    "the hash of the token": b"Bearer {hash}",
    "a number": b"Bearer 1",
    "null": b"Bearer null",
    "UTF-8": "Bearer schlüssel".encode(),
    "Latin-1": b"Bearer schl\xfcssel",
    "6000 characters": b"Bearer " + b"a" * 6000,
    "two tokens": b"Bearer {token}, Bearer {token}",
    "a quote": b"Bearer ' OR '1'='1",
}


def fill(template: bytes, token: str) -> bytes:
    """Put the real token, and changed copies of it, into a header."""
    values = {
        "token": token,
        "shorter": token[:-1],
        "swapped": token.swapcase(),
        "hash": hashlib.sha256(token.encode()).hexdigest(),
    }
    for name, value in values.items():
        template = template.replace(b"{%s}" % name.encode(), value.encode())
    return template


@pytest.mark.parametrize("header", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_authorization_is_refused(
    client: httpx.Client, shared_account: Account, header: bytes
) -> None:
    sent = fill(header, shared_account.token)
    response = client.get(ME, headers={b"Authorization": sent})
    assert_unauthorized(response)
    assert shared_account.token not in response.text


def test_two_spaces_are_taken_or_refused(client: httpx.Client, shared_account: Account) -> None:
    headers = {"Authorization": f"Bearer  {shared_account.token}"}
    assert client.get(ME, headers=headers).status_code in {200, 401}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["Bearer {}", "Bearer {}"], id="twice"),
        pytest.param(["Bearer {}", "Bearer other"], id="a good and a bad one"),
        pytest.param(["Bearer other", "Bearer {}"], id="a bad and a good one"),
        pytest.param(["Basic eDp5", "Bearer {}"], id="two schemes"),
    ],
)
def test_of_two_authorizations_neither_counts(
    client: httpx.Client, shared_account: Account, headers: list[str]
) -> None:
    fields = [("Authorization", value.format(shared_account.token)) for value in headers]
    assert_unauthorized(client.get(ME, headers=fields))


def test_a_token_counts_only_in_its_header(client: httpx.Client, shared_account: Account) -> None:
    token = shared_account.token
    query = {"access_token": token, "token": token}
    headers = {"Cookie": f"access_token={token}; token={token}", "X-Auth-Token": token}
    assert_unauthorized(client.get(ME, params=query, headers=headers))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/v1/tokens/current"),
        ("GET", ME),
        *(
            pytest.param(*call, marks=pytest.mark.part("tasks"))
            for call in (
                ("GET", "/api/v1/tasks"),
                ("POST", "/api/v1/tasks"),
                ("GET", A_TASK),
                ("PATCH", A_TASK),
                ("DELETE", A_TASK),
            )
        ),
    ],
    ids=lambda part: part.replace(A_TASK, "/api/v1/tasks/id"),
)
def test_each_call_needs_a_token(client: httpx.Client, method: str, path: str) -> None:
    assert_unauthorized(client.request(method, path))


@pytest.mark.parametrize(
    ("method", "path", "request_"),
    [
        pytest.param("GET", A_TASK, {}, id="an unknown task"),
        pytest.param("DELETE", "/api/v1/tasks/1", {}, id="an id that is no UUID"),
        pytest.param("GET", "/api/v1/tasks?limit=0", {}, id="a bad query"),
        pytest.param("PATCH", A_TASK, {"json": []}, id="an invalid patch"),
    ],
)
@pytest.mark.part("tasks")
def test_what_else_is_wrong_with_a_call_is_not_told_without_a_token(
    client: httpx.Client, method: str, path: str, request_: dict[str, Any]
) -> None:
    assert_unauthorized(client.request(method, path, **request_))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"json": {}}, id="an invalid body"),
        pytest.param({"content": b"title"}, id="a body of no type"),
        pytest.param({"data": {"title": "x"}}, id="a form"),
        pytest.param(
            {"content": b"{", "headers": {"Content-Type": "application/json"}},
            id="malformed JSON",
        ),
    ],
)
@pytest.mark.part("resource")
def test_what_is_wrong_with_a_body_is_not_told_without_a_token(
    client: httpx.Client, resource: Resource, request_: dict[str, Any]
) -> None:
    assert_unauthorized(client.post(resource.path, **request_))

"""Accounts: signing up, in and out."""

import asyncio
from typing import Any

import pytest
from client import Client

from {{ cookiecutter.__package_name }}.accounts.events import valid_tokens
from {{ cookiecutter.__package_name }}.infrastructure.security.digests import (
    digest,
)
from {{ cookiecutter.__package_name }}.services import App

ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def test_a_user_signs_up_in_and_out(client: Client) -> None:
    _, user = client.post("/api/v1/users", json={**ADA, "email": "Ada@Example.com"})
    assert user.status == 201
    assert user.json == {**user.json, "email": "ada@example.com"}
    _, token = client.post("/api/v1/tokens", json={**ADA, "email": "ADA@example.com"})
    assert token.status == 201
    # Who signs in elsewhere too stays signed in here.
    client.post("/api/v1/tokens", json=ADA)
    client.headers["Authorization"] = f"Bearer {token.json['access_token']}"
    _, me = client.get("/api/v1/users/me")
    assert me.json == {**user.json, "email_verified_at": None, "is_admin": False}
    _, signed_out = client.delete("/api/v1/tokens/current")
    assert signed_out.status == 204
    _, me = client.get("/api/v1/users/me")
    assert me.status == 401


def test_an_address_is_taken_once_however_it_is_written(client: Client) -> None:
    client.post("/api/v1/users", json=ADA)
    _, response = client.post("/api/v1/users", json={**ADA, "email": "ADA@example.com"})
    assert response.status == 409
    assert response.json["detail"] == "There is an account with this e-mail address."


def test_all_spellings_of_a_domain_are_one(client: Client) -> None:
    _, user = client.post("/api/v1/users", json={**ADA, "email": "ada@exämple.com"})
    assert user.json["email"] == "ada@xn--exmple-cua.com"
    for spelt, status in {"ADA@EXÄMPLE.com": 201, "ada@exämple..com": 401}.items():
        _, token = client.post("/api/v1/tokens", json={**ADA, "email": spelt})
        assert token.status == status


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "ada"}, "/email"),
        ({"email": 1}, "/email"),
        ({"email": "ädä@example.com"}, "/email"),
        ({"password": "x" * 11}, "/password"),
        ({"email": "Ada <ada@example.com>"}, "/email"),
        ({"password": "password1234"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"admin": True}, "/admin"),
    ],
)
def test_what_is_wrong_with_credentials_is_said(
    client: Client, change: dict[str, Any], pointer: str
) -> None:
    _, response = client.post("/api/v1/users", json=ADA | change)
    assert response.status == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


def test_a_body_that_is_no_json_is_malformed(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"{", b'"\\ud800"'):
        _, response = client.post("/api/v1/users", content=body, headers=headers)
        assert response.status == 400
    _, response = client.post("/api/v1/users", content=b"{}")
    assert response.status == 415


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Client) -> None:
    client.post("/api/v1/users", json=ADA)
    _, wrong = client.post("/api/v1/tokens", json={**ADA, "password": "wrong"})
    _, unknown = client.post("/api/v1/tokens", json={**ADA, "email": "bob@example.com"})
    assert wrong.status == unknown.status == 401
    assert wrong.json["detail"] == unknown.json["detail"]


def test_who_guesses_passwords_has_to_wait(client: Client) -> None:
    wrong = {**ADA, "password": "wrong"}
    answers = [client.post("/api/v1/tokens", json=wrong) for _ in range(11)]
    assert [response.status for _, response in answers] == [401] * 10 + [429]
    _, refused = client.post("/api/v1/tokens", json=ADA)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer nonsense", "Bearer n\xf8nsense", "Basic QWRh"]
)
def test_without_a_good_token_nobody_is_signed_in(
    client: Client, authorization: str | None
) -> None:
    headers = {"Authorization": authorization.encode("latin-1")} if authorization else {}
    _, response = client.get("/api/v1/users/me", headers=headers)
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_valid_until_it_is_revoked(
    app: App, runner: asyncio.Runner, client: Client, account: dict[str, str]
) -> None:
    kept = digest(account["Authorization"].removeprefix("Bearer "))
    digests = {kept, b"nonsense"}
    assert runner.run(valid_tokens(app.ctx.database, digests)) == {kept}
    client.delete("/api/v1/tokens/current", headers=account)
    assert runner.run(valid_tokens(app.ctx.database, digests)) == set()

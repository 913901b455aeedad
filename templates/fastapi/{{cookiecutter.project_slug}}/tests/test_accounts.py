"""Accounts: signing up, in and out."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from {{ cookiecutter.__package_name }}.accounts.auth import get_caller
from {{ cookiecutter.__package_name }}.accounts.events import valid_tokens
from {{ cookiecutter.__package_name }}.accounts.use_cases import Caller
from {{ cookiecutter.__package_name }}.infrastructure.security.digests import (
    digest,
)

ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def test_a_user_signs_up_in_and_out(client: TestClient) -> None:
    user = client.post("/api/v1/users", json={**ADA, "email": "Ada@Example.com"})
    assert user.status_code == 201
    assert user.json() == {**user.json(), "email": "ada@example.com"}
    token = client.post("/api/v1/tokens", json={**ADA, "email": "ADA@example.com"})
    assert token.status_code == 201
    # Who signs in elsewhere too stays signed in here.
    client.post("/api/v1/tokens", json=ADA)
    client.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
    account = {**user.json(), "email_verified_at": None, "is_admin": False}
    assert client.get("/api/v1/users/me").json() == account
    assert client.delete("/api/v1/tokens/current").status_code == 204
    assert client.get("/api/v1/users/me").status_code == 401


def test_an_address_is_taken_once_however_it_is_written(client: TestClient) -> None:
    client.post("/api/v1/users", json=ADA)
    response = client.post("/api/v1/users", json={**ADA, "email": "ADA@example.com"})
    assert response.status_code == 409
    assert response.json()["detail"] == "There is an account with this e-mail address."


def test_all_spellings_of_a_domain_are_one(client: TestClient) -> None:
    user = client.post("/api/v1/users", json={**ADA, "email": "ada@exämple.com"})
    assert user.json()["email"] == "ada@xn--exmple-cua.com"
    for spelt, status in {"ADA@EXÄMPLE.com": 201, "ada@exämple..com": 401}.items():
        token = client.post("/api/v1/tokens", json={**ADA, "email": spelt})
        assert token.status_code == status


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
    client: TestClient, change: dict[str, Any], pointer: str
) -> None:
    response = client.post("/api/v1/users", json=ADA | change)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_a_body_that_is_no_json_is_malformed(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"{", b'"\\ud800"'):
        assert client.post("/api/v1/users", content=body, headers=headers).status_code == 400
    assert client.post("/api/v1/users", content=b"{}").status_code == 415


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: TestClient) -> None:
    client.post("/api/v1/users", json=ADA)
    wrong = client.post("/api/v1/tokens", json={**ADA, "password": "wrong"})
    unknown = client.post("/api/v1/tokens", json={**ADA, "email": "bob@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_who_guesses_passwords_has_to_wait(client: TestClient) -> None:
    wrong = {**ADA, "password": "wrong"}
    statuses = [client.post("/api/v1/tokens", json=wrong).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    refused = client.post("/api/v1/tokens", json=ADA)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nonsense", "Basic QWRh"])
def test_without_a_good_token_nobody_is_signed_in(
    client: TestClient, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = client.get("/api/v1/users/me", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_dependency_can_be_replaced(app: FastAPI, client: TestClient) -> None:
    somebody = {
        "id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "email": "somebody@example.com",
        "created_at": "2030-01-01T00:00:00Z",
        "email_verified_at": None,
        "is_admin": False,
    }
    caller = Caller(**somebody, token_digest=b"")  # type: ignore[arg-type]  # as they are answered
    app.dependency_overrides[get_caller] = lambda: caller
    assert client.get("/api/v1/users/me").json() == somebody


def test_a_token_is_valid_until_it_is_revoked(
    app: FastAPI, client: TestClient, account: dict[str, str]
) -> None:
    kept = digest(account["Authorization"].removeprefix("Bearer "))

    async def valid() -> set[bytes]:
        return await valid_tokens(app.state.services.database, {kept, b"nonsense"})

    assert client.portal
    assert client.portal.call(valid) == {kept}
    client.delete("/api/v1/tokens/current", headers=account)
    assert client.portal.call(valid) == set()

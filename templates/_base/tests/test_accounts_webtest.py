"""Accounts: signing up, in and out."""

from typing import Any

import pytest
from pydantic import SecretStr
from webtest import TestApp

from task_service.config import Settings

ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def test_a_user_signs_up_in_and_out(client: TestApp) -> None:
    user = client.post_json("/api/v1/users", {**ADA, "email": "Ada@Example.com"}, status=201).json
    assert user["email"] == "ada@example.com"
    written_otherwise = {**ADA, "email": "ADA@example.com"}
    token = client.post_json("/api/v1/tokens", written_otherwise, status=201).json
    # Who signs in elsewhere too stays signed in here.
    client.post_json("/api/v1/tokens", ADA, status=201)
    client.authorization = ("Bearer", token["access_token"])
    account = {**user, "email_verified_at": None, "is_admin": False}
    assert client.get("/api/v1/users/me").json == account
    client.delete("/api/v1/tokens/current", status=204)
    client.get("/api/v1/users/me", status=401)


def test_an_address_is_taken_once_however_it_is_written(client: TestApp) -> None:
    client.post_json("/api/v1/users", ADA)
    response = client.post_json("/api/v1/users", {**ADA, "email": "ADA@example.com"}, status=409)
    assert response.json["detail"] == "There is an account with this e-mail address."


def test_all_spellings_of_a_domain_are_one(client: TestApp) -> None:
    user = client.post_json("/api/v1/users", {**ADA, "email": "ada@exämple.com"}, status=201).json
    assert user["email"] == "ada@xn--exmple-cua.com"
    client.post_json("/api/v1/tokens", {**ADA, "email": "ADA@EXÄMPLE.com"}, status=201)
    client.post_json("/api/v1/tokens", {**ADA, "email": "ada@exämple..com"}, status=401)


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
    client: TestApp, change: dict[str, Any], pointer: str
) -> None:
    response = client.post_json("/api/v1/users", ADA | change, status=422)
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


@pytest.mark.parametrize("body", ["", "{", '"\\ud800"'])
def test_a_body_that_is_no_json_is_malformed(client: TestApp, body: str) -> None:
    client.post("/api/v1/users", body, content_type="application/json", status=400)
    client.post("/api/v1/users", body, content_type="text/plain", status=415)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: TestApp) -> None:
    client.post_json("/api/v1/users", ADA)
    wrong = client.post_json("/api/v1/tokens", {**ADA, "password": "wrong"}, status=401)
    unknown = client.post_json("/api/v1/tokens", {**ADA, "email": "bob@example.com"}, status=401)
    assert wrong.json["detail"] == unknown.json["detail"]


def test_who_guesses_passwords_has_to_wait(client: TestApp) -> None:
    guess_passwords(client)


class TestWhereRedisIsAway:
    """The service counts by itself."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        # Nobody listens there.
        return settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1")})

    def test_who_guesses_passwords_has_to_wait(self, client: TestApp) -> None:
        guess_passwords(client)


def guess_passwords(client: TestApp) -> None:
    for _ in range(10):
        client.post_json("/api/v1/tokens", {**ADA, "password": "wrong"}, status=401)
    refused = client.post_json("/api/v1/tokens", ADA, status=429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic QWRh"])
def test_without_a_good_token_nobody_is_signed_in(client: TestApp, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = client.get("/api/v1/users/me", headers=headers, status=401)
    assert response.headers["WWW-Authenticate"] == "Bearer"

"""Accounts: signing up, in and out."""

from typing import Any

import pytest
from django.test import Client

from {{ cookiecutter.__package_name }}.accounts import use_cases
from {{ cookiecutter.__package_name }}.accounts.models import User
from {{ cookiecutter.__package_name }}.accounts.schemas import Credentials
from {{ cookiecutter.__package_name }}.infrastructure.errors import Conflict

pytestmark = pytest.mark.django_db

USERS = "/api/v1/users"
TOKENS = "/api/v1/tokens"
JSON = "application/json"
ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def test_a_user_signs_up_in_and_out(client: Client) -> None:
    user = client.post(USERS, {**ADA, "email": "Ada@Example.com"}, JSON)
    assert user.status_code == 201
    assert user.json() == {**user.json(), "email": "ada@example.com"}
    token = client.post(TOKENS, {**ADA, "email": "ADA@example.com"}, JSON)
    assert token.status_code == 201
    # Who signs in elsewhere too stays signed in here.
    client.post(TOKENS, ADA, JSON)
    signed_in = Client(headers={"Authorization": f"Bearer {token.json()['access_token']}"})
    assert signed_in.get(f"{USERS}/me").json() == user.json()
    assert signed_in.delete(f"{TOKENS}/current").status_code == 204
    assert signed_in.get(f"{USERS}/me").status_code == 401


def test_an_address_is_taken_once_however_it_is_written(client: Client) -> None:
    client.post(USERS, ADA, JSON)
    response = client.post(USERS, {**ADA, "email": "ADA@example.com"}, JSON)
    assert response.status_code == 409
    assert response.json()["detail"] == "There is an account with this e-mail address."


def test_an_address_that_is_taken_leaves_the_transaction_around_it_as_it_is() -> None:
    use_cases.register(Credentials(**ADA))
    with pytest.raises(Conflict):
        use_cases.register(Credentials(**ADA))
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "ada"}, "/email"),
        ({"password": "x" * 11}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"admin": True}, "/admin"),
    ],
)
def test_what_is_wrong_with_credentials_is_said(
    client: Client, change: dict[str, Any], pointer: str
) -> None:
    response = client.post(USERS, ADA | change, JSON)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_a_body_that_is_no_json_is_malformed(client: Client) -> None:
    for body in (b"", b"{", b'"\\ud800"'):
        assert client.generic("POST", USERS, body, CONTENT_TYPE=JSON).status_code == 400
    assert client.generic("POST", USERS, b"{}", "text/plain").status_code == 415


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Client) -> None:
    client.post(USERS, ADA, JSON)
    wrong = client.post(TOKENS, {**ADA, "password": "wrong"}, JSON)
    unknown = client.post(TOKENS, {**ADA, "email": "bob@example.com"}, JSON)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_who_guesses_passwords_has_to_wait(client: Client) -> None:
    wrong = {**ADA, "password": "wrong"}
    statuses = [client.post(TOKENS, wrong, JSON).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    refused = client.post(TOKENS, ADA, JSON)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nonsense", "Basic QWRh"])
def test_without_a_good_token_nobody_is_signed_in(
    client: Client, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = client.get(f"{USERS}/me", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_who_is_no_longer_active_can_neither_sign_in_nor_use_a_token(signed_in: Client) -> None:
    assert signed_in.get(f"{USERS}/me").status_code == 200
    User.objects.update(is_active=False)
    assert signed_in.get(f"{USERS}/me").status_code == 401
    credentials = {**ADA, "email": "user1@example.com"}
    assert signed_in.post(TOKENS, credentials, JSON).status_code == 401


def test_a_user_without_a_password_cannot_use_one() -> None:
    user = User.objects.create_user("Ada@Example.com")
    assert user.email == "ada@example.com"
    assert not user.has_usable_password()
    assert not user.check_password("")

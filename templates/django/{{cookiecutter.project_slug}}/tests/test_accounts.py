"""Accounts: signing up, in and out."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import aauthenticate, authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.password_validation import (
    validate_password,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from {{ cookiecutter.__package_name }}.accounts.models import User
from {{ cookiecutter.__package_name }}.infrastructure.errors import (
    TooManyAttempts,
)

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
    account = {**user.json(), "email_verified_at": None, "is_admin": False}
    assert signed_in.get(f"{USERS}/me").json() == account
    assert signed_in.delete(f"{TOKENS}/current").status_code == 204
    assert signed_in.get(f"{USERS}/me").status_code == 401


def test_an_address_is_taken_once_however_it_is_written(client: Client) -> None:
    client.post(USERS, ADA, JSON)
    response = client.post(USERS, {**ADA, "email": "ADA@example.com"}, JSON)
    assert response.status_code == 409
    assert response.json()["detail"] == "There is an account with this e-mail address."
    # The transaction around it, that of this test, goes on.
    assert User.objects.count() == 1


def test_all_spellings_of_a_domain_are_one(client: Client) -> None:
    user = client.post(USERS, {**ADA, "email": "ada@exämple.com"}, JSON)
    assert user.json()["email"] == "ada@xn--exmple-cua.com"
    for spelt, status in {"ADA@EXÄMPLE.com": 201, "ada@exämple..com": 401}.items():
        assert client.post(TOKENS, {**ADA, "email": spelt}, JSON).status_code == status


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
    response = client.post(USERS, ADA | change, JSON)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_what_a_validator_of_django_refuses_is_said(client: Client, settings: Settings) -> None:
    validator = "django.contrib.auth.password_validation.NumericPasswordValidator"
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": validator}]
    response = client.post(USERS, {**ADA, "password": "739184650273"}, JSON)
    assert response.json()["errors"] == [
        {"pointer": "/password", "detail": "This password is entirely numeric."}
    ]


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


def test_an_address_is_kept_as_it_is_looked_for() -> None:
    User(email="Bob@Example.com").save()
    assert User.objects.get_by_natural_key("BOB@example.com").email == "bob@example.com"


def test_a_password_that_has_changed_ends_all_tokens(client: Client) -> None:
    client.post(USERS, ADA, JSON)
    client.post(TOKENS, ADA, JSON)
    ada = User.objects.get()
    assert ada.tokens.count() == 1
    ada.set_password("another horse battery")
    ada.save()
    assert ada.tokens.count() == 0


class Elsewhere(BaseBackend):
    """A backend that knows everybody but Ada."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", **_credentials: Any
    ) -> User | None:
        return None if username == ADA["email"] else User(email=username)


@pytest.mark.parametrize("call", [authenticate, async_to_sync(aauthenticate)])
def test_failures_are_counted_once_no_backend_knows_who_it_is(
    settings: Settings, call: Callable[..., User | None]
) -> None:
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, f"{__name__}.Elsewhere"]
    for _ in range(10):
        assert call(username=ADA["email"], password="wrong") is None
    with pytest.raises(TooManyAttempts):
        call(username=ADA["email"], password="wrong")
    for _ in range(11):
        assert call(username="bob@example.com", password="theirs") is not None


def test_passwords_are_judged_wherever_they_are_set() -> None:
    for password in (" " * 12, "password1234", "bob@example.com"):
        with pytest.raises(ValidationError):
            validate_password(password, User(email="bob@example.com"))
    validate_password("correct horse battery")

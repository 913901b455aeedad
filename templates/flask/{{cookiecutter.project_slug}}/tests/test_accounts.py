"""Accounts: signing up, in and out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from {{ cookiecutter.__package_name }}.accounts import use_cases
from {{ cookiecutter.__package_name }}.accounts.schemas import Credentials
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.errors import (
    TooManyAttempts,
)
from {{ cookiecutter.__package_name }}.infrastructure.security.throttle import (
    Throttle,
)
from {{ cookiecutter.__package_name }}.services import services

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = {**ADA, "password": "wrong"}


def test_a_user_signs_up_in_and_out(client: FlaskClient) -> None:
    user = client.post("/api/v1/users", json={**ADA, "email": "Ada@Example.com"})
    assert user.status_code == 201
    assert user.json == {**user.get_json(), "email": "ada@example.com"}
    token = client.post("/api/v1/tokens", json={**ADA, "email": "ADA@example.com"})
    assert token.status_code == 201
    # Who signs in elsewhere too stays signed in here.
    client.post("/api/v1/tokens", json=ADA)
    headers = {"Authorization": f"Bearer {token.get_json()['access_token']}"}
    account = {**user.get_json(), "email_verified_at": None, "is_admin": False}
    assert client.get("/api/v1/users/me", headers=headers).json == account
    assert client.delete("/api/v1/tokens/current", headers=headers).status_code == 204
    assert client.get("/api/v1/users/me", headers=headers).status_code == 401


def test_an_address_is_taken_once_however_it_is_written(client: FlaskClient) -> None:
    client.post("/api/v1/users", json=ADA)
    response = client.post("/api/v1/users", json={**ADA, "email": "ADA@example.com"})
    assert response.status_code == 409
    assert response.get_json()["detail"] == "There is an account with this e-mail address."


def test_all_spellings_of_a_domain_are_one(client: FlaskClient) -> None:
    user = client.post("/api/v1/users", json={**ADA, "email": "ada@exämple.com"})
    assert user.get_json()["email"] == "ada@xn--exmple-cua.com"
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
    client: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    response = client.post("/api/v1/users", json=ADA | change)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"", b"{", b'"\\ud800"'])
def test_a_body_that_is_no_json_is_malformed(client: FlaskClient, body: bytes) -> None:
    response = client.post("/api/v1/users", data=body, content_type="application/json")
    assert response.status_code == 400
    assert client.post("/api/v1/users", data=body).status_code == 415


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: FlaskClient) -> None:
    client.post("/api/v1/users", json=ADA)
    wrong = client.post("/api/v1/tokens", json=WRONG)
    unknown = client.post("/api/v1/tokens", json={**ADA, "email": "bob@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json()["detail"] == unknown.get_json()["detail"]


# Nobody listens at the second address: the service counts by itself.
@pytest.mark.parametrize("redis_url", ["", "redis://127.0.0.1:1"], ids=["no Redis", "Redis away"])
def test_who_guesses_passwords_has_to_wait(
    make_app: Callable[[Settings], Flask], settings: Settings, redis_url: str
) -> None:
    app = make_app(settings.model_copy(update={"redis_url": SecretStr(redis_url)}))
    client = app.test_client()
    statuses = [client.post("/api/v1/tokens", json=WRONG).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    refused = client.post("/api/v1/tokens", json=ADA)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


class ClosedThrottle(Throttle):
    """Lets nobody sign in."""

    def check(self, address: str, client: str) -> None:
        raise TooManyAttempts("Closed until tomorrow.", retry_after=86_400)


def test_a_service_can_be_replaced(app: Flask, client: FlaskClient) -> None:
    services = app.extensions["services"]
    app.extensions["services"] = replace(services, throttle=ClosedThrottle(services.settings))
    refused = client.post("/api/v1/tokens", json=ADA)
    assert refused.get_json()["detail"] == "Closed until tomorrow."
    assert refused.headers["Retry-After"] == "86400"


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nonsense", "Basic QWRh"])
def test_without_a_good_token_nobody_is_signed_in(
    client: FlaskClient, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = client.get("/api/v1/users/me", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_services_can_be_used_without_a_request(app: Flask) -> None:
    with app.app_context():
        user = use_cases.register(services().database, Credentials.model_validate(ADA))
    assert user.email == "ada@example.com"

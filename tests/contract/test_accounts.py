"""Users: signing up, and seeing oneself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from .client import Account, create_user, new_email, new_password, sign_in
from .problems import assert_invalid, assert_problem
from .service import Service
from .tasks import assert_id, instant

pytestmark = pytest.mark.storage


def test_a_new_user_is_shown_without_the_password(client: httpx.Client) -> None:
    email, password = new_email(), new_password()
    response = client.post("/api/v1/users", json={"email": email, "password": password})
    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/json"
    user = response.json()
    assert user == {"id": user["id"], "email": email, "created_at": user["created_at"]}
    assert_id(user["id"])
    assert abs(datetime.now(UTC) - instant(user["created_at"])) < timedelta(seconds=60)


def test_one_sees_oneself(client: httpx.Client) -> None:
    email, password = new_email(), new_password()
    user = create_user(client, email, password)
    token = sign_in(client, email, password)
    me = client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 200
    assert me.json() == {**user, "email_verified_at": None, "is_admin": False}


def test_an_address_is_kept_in_lower_case(client: httpx.Client) -> None:
    email = new_email()
    assert create_user(client, email.upper(), new_password())["email"] == email


@pytest.mark.parametrize("respelt", [str.lower, str.upper, str.title], ids=lambda way: way.__name__)
def test_an_address_is_taken_in_whatever_case(
    client: httpx.Client, account: Account, respelt: Callable[[str], str]
) -> None:
    user = {"email": respelt(account.email), "password": new_password()}
    assert_problem(client.post("/api/v1/users", json=user), 409)


def test_of_many_who_sign_up_with_one_address_at_once_one_succeeds(service: Service) -> None:
    user = {"email": new_email(), "password": new_password()}

    def attempt(_: int) -> httpx.Response:
        with service.client() as client:
            return client.post("/api/v1/users", json=user)

    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(attempt, range(6)))
    refused = [response for response in responses if response.status_code != 201]
    assert len(refused) == 5
    for response in refused:
        assert_problem(response, 409)


MALFORMED_ADDRESSES = {
    "empty": "",
    "no at sign": "example.com",
    "no local part": "@example.com",
    "no domain": "somebody@",
    "two at signs": "some@body@example.com",
    "a space": "some body@example.com",
    "a line break": "some\nbody@example.com",
    "NUL": "some\0body@example.com",
    "1000 characters": f"{'a' * 1000}@example.com",
    "a domain of dots": "somebody@..",
    "a number": 1,
    "null": None,
    "a name": "Somebody <somebody@example.com>",
    "white space before": " somebody@example.com",
    "white space after": "somebody@example.com\u2028",
    "a word that headers of mails decode": "=?utf-8?q?a=40else.example=2c?=@example.com",
    "a letter that is not of ASCII": "sömebody@example.com",
    "the Kelvin sign": "\u212aelvin@example.com",
    "no domain in any spelling": "somebody@ex\u2024\u2024ample.com",
    "a list": ["somebody@example.com"],
    "an object": {"address": "somebody@example.com"},
}


@pytest.mark.parametrize("email", MALFORMED_ADDRESSES.values(), ids=MALFORMED_ADDRESSES.keys())
def test_a_malformed_address_is_refused(client: httpx.Client, email: object) -> None:
    user = {"email": email, "password": new_password()}
    assert_invalid(client.post("/api/v1/users", json=user), pointers=["/email"])


def test_of_a_domain_all_spellings_are_one(client: httpx.Client) -> None:
    """It is kept as DNS has it, by the rules of today: to older ones, ß was ss."""
    name, password = new_email().partition("@")[0], new_password()
    user = create_user(client, f"{name}@Straße-ä.example.com", password)
    assert user["email"] == f"{name}@xn--strae--eta6b.example.com"
    for spelt in (user["email"], user["email"].upper(), f"{name}@straße-a\u0308.example.com"):
        assert sign_in(client, spelt, password)
        again = client.post("/api/v1/users", json={"email": spelt, "password": password})
        assert_problem(again, 409)


ACCEPTABLE_PASSWORDS = {
    "12 characters": "xyz" * 4,
    "128 characters": "zxyw" * 32,
    "12 that take 48 bytes": "🔑🚪🏠" * 4,
    "128 that take 512 bytes": "🔑🚪🏠🌱" * 32,
    "spaces at both ends": f" {'xy' * 5} ",
}


@pytest.mark.parametrize("password", ACCEPTABLE_PASSWORDS.values(), ids=ACCEPTABLE_PASSWORDS.keys())
def test_a_password_of_12_to_128_characters_signs_in(client: httpx.Client, password: str) -> None:
    email = new_email()
    create_user(client, email, password)
    assert sign_in(client, email, password)


BAD_PASSWORDS = {
    "empty": "",
    "11 characters": "x" * 11,
    "129 characters": "x" * 129,
    "11 that take 44 bytes": "🔑" * 11,
    "a number": 123456789012,
    "null": None,
    "a list": ["correct horse battery"],
}


@pytest.mark.parametrize("password", BAD_PASSWORDS.values(), ids=BAD_PASSWORDS.keys())
def test_a_bad_password_is_refused(client: httpx.Client, password: object) -> None:
    user = {"email": new_email(), "password": password}
    assert_invalid(client.post("/api/v1/users", json=user), pointers=["/password"])


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "Password1234!", "Password2026!", "passwordpassword", "123123123123"),
        *("qwertyuiop[]", " " * 12, "x" * 12, "xy" * 64),
    ],
)
def test_a_common_password_is_refused(client: httpx.Client, password: str) -> None:
    user = {"email": new_email(), "password": password}
    assert_invalid(client.post("/api/v1/users", json=user), pointers=["/password"])


def test_the_address_is_no_password(client: httpx.Client) -> None:
    email = f"somebody.with.a.long.name.{new_email()}"
    for password in (email, email.upper(), email.replace("@", ".")):
        user = {"email": email, "password": password}
        assert_invalid(client.post("/api/v1/users", json=user), pointers=["/password"])


def test_the_name_of_the_service_is_no_password(client: httpx.Client) -> None:
    name = client.get("/openapi.json").json()["info"]["title"].replace(" ", "").lower()
    user = {"email": new_email(), "password": f"{name}2026"}
    assert_invalid(client.post("/api/v1/users", json=user), pointers=["/password"])


def test_nul_in_a_password_is_no_error_of_the_service(client: httpx.Client) -> None:
    user = {"email": new_email(), "password": "correct\0horse battery"}
    assert client.post("/api/v1/users", json=user).status_code in {201, 422}


@pytest.mark.parametrize("missing", ["email", "password"])
def test_each_field_is_required(client: httpx.Client, missing: str) -> None:
    user = {"email": new_email(), "password": new_password()}
    del user[missing]
    assert_invalid(client.post("/api/v1/users", json=user), pointers=[f"/{missing}"])


def test_all_errors_are_reported_at_once(client: httpx.Client) -> None:
    response = client.post("/api/v1/users", json={"email": "", "password": "", "admin": True})
    assert_invalid(response, pointers=["/email", "/password", "/admin"])


def test_a_pointer_is_escaped(client: httpx.Client) -> None:
    user = {"email": new_email(), "password": new_password(), "a/b~c": 1}
    assert_invalid(client.post("/api/v1/users", json=user), pointers=["/a~1b~0c"])

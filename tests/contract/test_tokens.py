"""Tokens: signing in, what is accepted as one, and signing out."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

import httpx
import pytest

from .client import Account, bearer, new_email, new_password, sign_in, sign_up
from .configured import TOKEN_TTL_SECONDS
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .service import Service
from .tasks import instant
from .timing import assert_alike

ME = "/api/v1/users/me"
TOKENS = "/api/v1/tokens"
DAY = timedelta(seconds=86400)


def credentials(account: Account, **changes: object) -> dict[str, object]:
    return {"email": account.email, "password": account.password, **changes}


@pytest.mark.storage
def test_signing_in_gives_a_bearer_token_for_a_day(
    client: httpx.Client, shared_account: Account
) -> None:
    response = client.post(TOKENS, json=credentials(shared_account))
    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"access_token", "token_type", "expires_at"}
    assert body["token_type"] == "bearer"
    # 32 random bytes are 43 characters in base64, and more in other alphabets.
    assert len(body["access_token"]) >= 43
    assert_good_for(DAY, body)


def test_it_is_good_for_as_long_as_is_set(somebody: httpx.Client) -> None:
    response = somebody.post(TOKENS, json=credentials(sign_up(somebody)))
    assert_good_for(timedelta(seconds=TOKEN_TTL_SECONDS), response.json())


def assert_good_for(lifetime: timedelta, given: dict[str, str]) -> None:
    left = instant(given["expires_at"]) - datetime.now(UTC)
    assert abs(left - lifetime) < timedelta(seconds=60)


@pytest.mark.storage
def test_each_token_is_another_one(client: httpx.Client, shared_account: Account) -> None:
    second = sign_in(client, shared_account.email, shared_account.password)
    assert second != shared_account.token
    assert client.get(ME, headers=bearer(second)).status_code == 200
    assert client.get(ME, headers=bearer(shared_account.token)).status_code == 200


@pytest.mark.storage
def test_the_case_of_the_address_does_not_matter(
    client: httpx.Client, shared_account: Account
) -> None:
    assert sign_in(client, shared_account.email.upper(), shared_account.password)


def test_unknown_addresses_and_wrong_passwords_are_refused_in_the_same_words(
    client: httpx.Client, account: Account
) -> None:
    unknown = client.post(TOKENS, json=credentials(account, email=new_email()))
    wrong = client.post(TOKENS, json=credentials(account, password=new_password()))
    first, second = assert_problem(unknown, 401), assert_problem(wrong, 401)
    assert first.pop("request_id") != second.pop("request_id")
    assert first == second
    assert set(unknown.headers) == set(wrong.headers)


def test_unknown_addresses_and_wrong_passwords_take_about_the_same_time(
    client: httpx.Client, account: Account
) -> None:
    def seconds(email: str) -> float:
        start = perf_counter()
        client.post(TOKENS, json={"email": email, "password": new_password()})
        return perf_counter() - start

    seconds(new_email())
    assert_alike((seconds(new_email()), seconds(account.email)) for _ in range(7))


@pytest.mark.parametrize("changed", [" {} ", "{} ", "{}x"], ids=["spaces", "a space", "a letter"])
def test_a_password_is_compared_as_it_is(
    client: httpx.Client, account: Account, changed: str
) -> None:
    wrong = credentials(account, password=changed.format(account.password))
    assert_problem(client.post(TOKENS, json=wrong), 401)


@pytest.mark.parametrize("length", [0, 1, 129, 500_000])
def test_a_password_of_any_length_can_only_be_wrong(
    client: httpx.Client, account: Account, length: int
) -> None:
    response = client.post(TOKENS, json=credentials(account, password="x" * length))
    assert response.status_code in {401, 422}


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("value", [None, 1, True, [], {}], ids=str)
def test_credentials_are_text(
    client: httpx.Client, shared_account: Account, field: str, value: object
) -> None:
    response = client.post(TOKENS, json=credentials(shared_account, **{field: value}))
    assert_invalid(response, pointers=[f"/{field}"])


def test_an_unknown_field_is_refused(client: httpx.Client, shared_account: Account) -> None:
    response = client.post(TOKENS, json=credentials(shared_account, scope="all"))
    assert_invalid(response, pointers=["/scope"])


@pytest.mark.storage
def test_a_revoked_token_is_worth_nothing_and_others_stay(
    client: httpx.Client, account: Account
) -> None:
    revoked = sign_in(client, account.email, account.password)
    gone = client.delete(f"{TOKENS}/current", headers=bearer(revoked))
    assert (gone.status_code, gone.content) == (204, b"")
    assert_unauthorized(client.get(ME, headers=bearer(revoked)))
    assert_unauthorized(client.delete(f"{TOKENS}/current", headers=bearer(revoked)))
    assert client.get(ME, headers=bearer(account.token)).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_case_of_the_scheme_does_not_matter(
    service: Service, shared_account: Account, scheme: str
) -> None:
    with service.client() as client:
        response = client.get(ME, headers={"Authorization": f"{scheme} {shared_account.token}"})
    assert response.status_code == 200

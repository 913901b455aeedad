"""An address is verified by a link in a mail."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from .client import Account, bearer, sign_up
from .mails import PUBLIC_URL, Mails, link_in, secret_in
from .problems import assert_problem, assert_unauthorized
from .sign_ins import assert_too_many
from .tasks import instant

VERIFICATIONS = "/api/v1/email-verifications"
ME = "/api/v1/users/me"


@pytest.fixture
def account(somebody: httpx.Client) -> Account:
    """A user of the service that sends mails; the client is signed in."""
    account = sign_up(somebody)
    somebody.headers.update(bearer(account.token))
    return account


def test_who_signs_up_is_mailed_a_link_that_verifies_the_address_once(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    assert somebody.get(ME).json()["email_verified_at"] is None
    mail = mails.next_to(account.email)
    assert link_in(mail).startswith(f"{PUBLIC_URL}/account/verify-email/")
    del somebody.headers["Authorization"]
    verified = somebody.put(f"{VERIFICATIONS}/{secret_in(mail)}")
    assert (verified.status_code, verified.content) == (204, b"")
    assert_problem(somebody.put(f"{VERIFICATIONS}/{secret_in(mail)}"), 404)
    me = somebody.get(ME, headers=bearer(account.token)).json()
    assert abs(datetime.now(UTC) - instant(me["email_verified_at"])) < timedelta(seconds=60)


def test_another_link_is_mailed_to_who_asks(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    first = mails.next_to(account.email)
    assert somebody.post(VERIFICATIONS).status_code == 202
    second = mails.next_to(account.email, after=1)
    assert secret_in(first) != secret_in(second)
    assert somebody.put(f"{VERIFICATIONS}/{secret_in(second)}").status_code == 204
    for _ in range(9):
        assert somebody.post(VERIFICATIONS).status_code == 202
    assert_too_many(somebody.post(VERIFICATIONS))


def test_another_link_verifies_nothing(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    mails.next_to(account.email)
    somebody.post("/api/v1/password-resets", json={"email": account.email})
    reset = secret_in(mails.next_to(account.email, after=1))
    for secret in (reset, "x" * 43, "x"):
        assert_problem(somebody.put(f"{VERIFICATIONS}/{secret}"), 404)


def test_only_who_is_signed_in_asks_for_one(client: httpx.Client) -> None:
    assert_unauthorized(client.post(VERIFICATIONS))

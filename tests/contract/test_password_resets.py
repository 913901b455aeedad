"""A password that is forgotten is reset by a link in a mail."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import httpx
import pytest

from .client import Account, bearer, new_email, new_password, sign_in, sign_up
from .mails import PUBLIC_URL, SENDER, Mails, link_in, secret_in
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .service import Service
from .sign_ins import assert_too_many
from .timing import assert_alike

RESETS = "/api/v1/password-resets"


@pytest.fixture
def account(somebody: httpx.Client) -> Account:
    """A user of the service that sends mails: one mail has been sent, to verify the address."""
    return sign_up(somebody)


def ask(client: httpx.Client, email: str) -> httpx.Response:
    return client.post(RESETS, json={"email": email})


def secret_of(client: httpx.Client, mails: Mails, account: Account) -> str:
    """One that is good."""
    mails.next_to(account.email)
    assert ask(client, account.email.upper()).status_code == 202
    return secret_in(mails.next_to(account.email, after=1))


def test_a_link_is_mailed_that_leads_to_where_people_find_the_service(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    mails.next_to(account.email)
    # What is asked for by another name leads nowhere else.
    ask(somebody, account.email)
    mail = mails.next_to(account.email, after=1)
    assert mail["From"] == SENDER
    assert link_in(mail).startswith(f"{PUBLIC_URL}/account/reset-password/")
    # 32 random bytes are 43 characters in base64.
    assert len(secret_in(mail)) >= 43


def test_a_new_password_is_set_once_and_all_tokens_are_revoked(
    somebody: httpx.Client, configured_service: Service, mails: Mails, account: Account
) -> None:
    secret, password = secret_of(somebody, mails, account), new_password()
    reset = somebody.put(f"{RESETS}/{secret}", json={"new_password": password})
    assert (reset.status_code, reset.content) == (204, b"")
    me = somebody.get("/api/v1/users/me", headers=bearer(account.token))
    assert_unauthorized(me)
    old = {"email": account.email, "password": account.password}
    assert_problem(somebody.post("/api/v1/tokens", json=old), 401)
    token = sign_in(somebody, account.email, password)
    # Who has got the mail has shown whose the address is.
    shown = somebody.get("/api/v1/users/me", headers=bearer(token)).json()
    assert shown["email_verified_at"]
    # Mail programs take what follows a link for a part of it.
    for stuck in ("", ".", ",", ";x", "%20"):
        used = somebody.put(f"{RESETS}/{secret}{stuck}", json={"new_password": new_password()})
        assert secret not in assert_problem(used, 404)["instance"]
    assert secret not in configured_service.printed()


def test_for_a_password_that_is_refused_the_link_stays_good(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    reset = f"{RESETS}/{secret_of(somebody, mails, account)}"
    for refused in ("password1234", account.email, "short"):
        response = somebody.put(reset, json={"new_password": refused})
        assert_invalid(response, pointers=["/new_password"])
    assert somebody.put(reset, json={"new_password": new_password()}).status_code == 204


def test_of_a_reset_and_a_change_at_once_one_is_done(
    configured_service: Service, somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    """Who knows an old password can't undo its reset."""
    reset = f"{RESETS}/{secret_of(somebody, mails, account)}"
    change = {"current_password": account.password, "new_password": new_password()}
    headers = {"X-Forwarded-For": somebody.headers["X-Forwarded-For"], **bearer(account.token)}

    def put(path: str, body: dict[str, str]) -> int:
        with configured_service.client() as client:
            return client.put(path, json=body, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        changed = pool.submit(put, "/api/v1/users/me/password", change)
        was_reset = pool.submit(put, reset, {"new_password": new_password()})
    assert [changed.result(), was_reset.result()].count(204) == 1


def test_another_link_resets_nothing(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    verification = secret_in(mails.next_to(account.email))
    for secret in (verification, "x" * 43, "x", "%00"):
        response = somebody.put(f"{RESETS}/{secret}", json={"new_password": new_password()})
        assert_problem(response, 404)


def test_nobody_learns_who_has_an_account(
    somebody: httpx.Client, mails: Mails, account: Account
) -> None:
    def seconds(email: str) -> float:
        start = perf_counter()
        assert ask(somebody, email).status_code == 202
        return perf_counter() - start

    known, unknown = ask(somebody, account.email), ask(somebody, new_email())
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert set(known.headers) == set(unknown.headers)
    assert_alike((seconds(account.email), seconds(new_email())) for _ in range(7))


def test_a_client_asks_for_so_many_as_may_fail_to_sign_in(
    somebody: httpx.Client, account: Account
) -> None:
    for _ in range(10):
        assert ask(somebody, account.email).status_code == 202
    assert_too_many(ask(somebody, account.email))
    # Neither sign-ins nor others are held up.
    assert sign_in(somebody, account.email, account.password)
    assert ask(somebody, new_email()).status_code == 202


@pytest.mark.parametrize(
    "body",
    [{}, {"email": None}, {"email": f"{'a' * 255}@example.com"}, {"email": "a@b.example", "x": 1}],
    ids=["nothing", "null", "long", "an unknown field"],
)
def test_a_wrong_body_is_refused(somebody: httpx.Client, body: dict[str, object]) -> None:
    assert_invalid(somebody.post(RESETS, json=body), pointers=["/x" if "x" in body else "/email"])


@pytest.mark.part("postgresql")
def test_where_no_mail_can_be_sent_that_is_said(
    service: Service, client: httpx.Client, api: httpx.Client
) -> None:
    if service.settings.get("APP_ENV") != "production":
        pytest.skip("elsewhere mails are shown")
    assert_problem(ask(client, new_email()), 503)
    assert_problem(api.post("/api/v1/email-verifications"), 503)

"""Accounts: what becomes of them after signing up, by the API, by mails and by pages."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from click import ClickException
from jobs import Outbox, link_in
from sqlalchemy import delete, func, select, update
from webtest import TestApp

from task_service.accounts import use_cases
from task_service.accounts.commands import create_admin
from task_service.accounts.jobs import delete_expired
from task_service.accounts.models import Secret, Token, User
from task_service.config import Settings
from task_service.infrastructure.database.access import (
    Database,
)
from task_service.infrastructure.database.models import now
from task_service.infrastructure.security.passwords import (
    verify_password,
)
from task_service.web.app import create_app

Mails = Callable[[], list[EmailMessage]]

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
OTHER = "another horse battery"
ME = "/api/v1/users/me"


def sign_in(client: TestApp, password: str = ADA["password"], *, status: int = 201) -> None:
    """Sign in as Ada, with whom the client's requests are from then on."""
    response = client.post_json("/api/v1/tokens", {**ADA, "password": password}, status=status)
    if status == 201:
        client.authorization = ("Bearer", response.json["access_token"])


@pytest.fixture
def ada(client: TestApp) -> TestApp:
    """A client that is signed in as Ada."""
    client.post_json("/api/v1/users", ADA)
    sign_in(client)
    return client


def test_a_password_is_changed_and_others_are_signed_out(ada: TestApp) -> None:
    before = ada.authorization
    sign_in(ada)
    change = {"current_password": ADA["password"], "new_password": OTHER}
    ada.put_json(f"{ME}/password", change, status=204)
    ada.get(ME)
    ada.authorization = before
    ada.get(ME, status=401)
    sign_in(ada, status=401)
    sign_in(ada, OTHER)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"current_password": "wrong"}, "/current_password"),
        ({"new_password": "password1234"}, "/new_password"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_a_good_one(
    ada: TestApp, change: dict[str, str], pointer: str
) -> None:
    given = {"current_password": ADA["password"], "new_password": OTHER, **change}
    response = ada.put_json(f"{ME}/password", given, status=422)
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


def test_one_sees_where_one_is_signed_in_and_signs_out_there(ada: TestApp) -> None:
    sign_in(ada)
    page = ada.get("/api/v1/tokens", {"limit": "1"}).json
    assert [token["is_current"] for token in page["items"]] == [True]
    [first] = ada.get("/api/v1/tokens", {"cursor": page["next_cursor"]}).json["items"]
    assert not first["is_current"]
    ada.delete(f"/api/v1/tokens/{first['id']}", status=204)
    ada.delete(f"/api/v1/tokens/{first['id']}", status=404)
    ada.delete("/api/v1/tokens", status=204)
    ada.get(ME, status=401)


def test_an_account_is_deleted_with_its_password(ada: TestApp) -> None:
    ada.delete_json(ME, {"password": "wrong"}, status=422)
    ada.delete_json(ME, {"password": ADA["password"]}, status=204)
    ada.get(ME, status=401)
    sign_in(ada, status=401)


def test_who_is_deleted_while_signing_in_is_not_signed_in(
    ada: TestApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify_slowly(password: str, password_hash: str | None) -> bool:
        with database.write() as session:
            session.execute(delete(User))
        return verify_password(password, password_hash)

    monkeypatch.setattr(use_cases, "verify_password", verify_slowly)
    sign_in(ada, status=401)


def test_who_is_deleted_gets_no_mail(ada: TestApp, mails: Mails) -> None:
    ada.delete_json(ME, {"password": ADA["password"]})
    assert mails() == []


def test_what_has_expired_is_deleted(ada: TestApp, database: Database, mails: Mails) -> None:
    def count() -> int | None:
        with database.read() as session:
            return session.scalar(select(func.count()).select_from(Token))

    with database.write() as session:
        session.execute(update(Token).values(expires_at=now()))
        delete_expired.enqueue(session)
    ada.get(ME, status=401)
    assert count() == 1
    mails()
    assert count() == 0


def test_a_mail_that_can_not_be_sent_leaves_no_secret(
    ada: TestApp, database: Database, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "send", None)
    assert mails() == []
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Secret)) == 0


def test_administrators_see_all_users(
    ada: TestApp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = ada.get("/api/v1/users", status=403)
    assert refused.json["detail"] == "Only administrators may do this."
    with pytest.raises(ClickException, match="nobody has shown that it is theirs"):
        create_admin(settings, "Ada@Example.com")
    create_admin(settings, "Ada@Example.com", existing=True)
    monkeypatch.setenv("ADMIN_PASSWORD", ADA["password"])
    create_admin(settings, "bob@example.com")
    page = ada.get("/api/v1/users", {"limit": "1"}).json
    assert [user["email"] for user in page["items"]] == ["bob@example.com"]
    [user] = ada.get("/api/v1/users", {"cursor": page["next_cursor"]}).json["items"]
    assert user == ada.get(ME).json
    assert user["is_admin"]
    ada.authorization = None
    ada.get("/api/v1/users", status=401)


@pytest.mark.parametrize(
    ("email", "password"), [("bob", ADA["password"]), ("bob@example.com", "password1234")]
)
def test_an_administrator_has_an_address_and_a_good_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", password)
    with pytest.raises(ClickException):
        create_admin(settings, email)


def test_an_address_is_verified_by_the_link_in_a_mail(ada: TestApp, mails: Mails) -> None:
    [mail] = mails()
    assert mail["To"] == ADA["email"]
    secret = link_in(mail).rpartition("/")[2]
    ada.put(f"/api/v1/email-verifications/{secret}", status=204)
    ada.put(f"/api/v1/email-verifications/{secret}", status=404)
    assert ada.get(ME).json["email_verified_at"] is not None
    ada.post("/api/v1/email-verifications", status=202)
    assert len(mails()) == 1


def test_a_password_is_reset_by_the_link_in_a_mail(ada: TestApp, mails: Mails) -> None:
    mails()
    known = ada.post_json("/api/v1/password-resets", {"email": "ADA@example.com"}, status=202)
    unknown = ada.post_json("/api/v1/password-resets", {"email": "bob@example.com"}, status=202)
    assert known.json == unknown.json
    [mail] = mails()
    reset = f"/api/v1/password-resets/{link_in(mail).rpartition('/')[2]}"
    ada.put_json(reset, {"new_password": "password1234"}, status=422)
    ada.put_json(reset, {"new_password": OTHER}, status=204)
    ada.get(ME, status=401)
    used = ada.put_json(reset, {"new_password": OTHER}, status=404)
    assert used.json["instance"] == "/api/v1/password-resets/***"
    sign_in(ada, OTHER)


def test_a_user_signs_up_and_forgets_the_password_in_a_browser(
    client: TestApp, mails: Mails
) -> None:
    form = client.get("/").click("Sign up").form
    form["email"], form["password"] = ADA["email"], "short"
    wrong = form.submit(status=422)
    wrong.mustcontain('role="alert"', no="short")
    form = wrong.form
    assert form["email"].value == ADA["email"]
    form["password"] = ADA["password"]
    form.submit().mustcontain("Welcome", 'role="status"')
    form = client.get("/account/forgot-password").form
    form["email"] = ADA["email"]
    form.submit()
    verify, reset = sorted(map(link_in, mails()), reverse=True)
    form = client.get(verify).form
    form.submit().mustcontain("verified")
    form.submit(status=404).mustcontain('role="alert"')
    client.get(verify, status=404).mustcontain('role="alert"', no="<form")
    form = client.get(reset).form
    form["new_password"] = OTHER
    form.submit().mustcontain("changed")
    sign_in(client, OTHER)
    client.get("/account/nothing", status=404)
    client.post("/account/nothing", status=404)
    client.post("/account/sign-up", ADA, {"Sec-Fetch-Site": "cross-site"}, status=403)


def test_what_was_filled_in_is_text(client: TestApp) -> None:
    form = client.get("/account/sign-up").form
    form["email"] = hostile = "<script>'\"&"
    page = form.submit(status=422)
    assert page.form["email"].value == hostile
    assert hostile not in page.text


def test_without_a_mail_server_production_says_so(settings: Settings) -> None:
    production = settings.model_copy(update={"app_env": "production"})
    client = TestApp(create_app(production))
    client.post_json("/api/v1/password-resets", {"email": ADA["email"]}, status=503)
    client.get("/account/forgot-password", status=503)
    client.post("/account/sign-up", ADA).mustcontain("Welcome", no="mail is")

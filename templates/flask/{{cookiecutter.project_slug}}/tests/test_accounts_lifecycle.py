"""Accounts: what becomes of them after signing up, by the API, by mails and by pages."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from click import ClickException
from flask import Flask
from flask.testing import FlaskClient
from jobs import Outbox, link_in
from sqlalchemy import func, select, update

from {{ cookiecutter.__package_name }}.accounts import use_cases
from {{ cookiecutter.__package_name }}.accounts.commands import create_admin
from {{ cookiecutter.__package_name }}.accounts.jobs import delete_expired
from {{ cookiecutter.__package_name }}.accounts.models import Secret, Token
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.infrastructure.database.models import now
from {{ cookiecutter.__package_name }}.infrastructure.security.passwords import (
    verify_password,
)

Mails = Callable[[], list[EmailMessage]]

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
OTHER = "another horse battery"
ME = "/api/v1/users/me"


def sign_in(client: FlaskClient, password: str = ADA["password"]) -> int:
    """Whether Ada can, by this password; the client then is hers."""
    response = client.post("/api/v1/tokens", json={**ADA, "password": password})
    if response.status_code == 201:
        token = response.get_json()["access_token"]
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return response.status_code


@pytest.fixture
def ada(client: FlaskClient) -> FlaskClient:
    """A client that is signed in as Ada."""
    client.post("/api/v1/users", json=ADA)
    assert sign_in(client) == 201
    return client


def test_a_password_is_changed_and_others_are_signed_out(ada: FlaskClient) -> None:
    before = {"Authorization": ada.environ_base["HTTP_AUTHORIZATION"]}
    sign_in(ada)
    change = {"current_password": ADA["password"], "new_password": OTHER}
    assert ada.put(f"{ME}/password", json=change).status_code == 204
    assert ada.get(ME).status_code == 200
    assert ada.get(ME, headers=before).status_code == 401
    assert (sign_in(ada), sign_in(ada, OTHER)) == (401, 201)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"current_password": "wrong"}, "/current_password"),
        ({"new_password": "password1234"}, "/new_password"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_a_good_one(
    ada: FlaskClient, change: dict[str, str], pointer: str
) -> None:
    given = {"current_password": ADA["password"], "new_password": OTHER, **change}
    response = ada.put(f"{ME}/password", json=given)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]


def test_one_sees_where_one_is_signed_in_and_signs_out_there(ada: FlaskClient) -> None:
    sign_in(ada)
    page = ada.get("/api/v1/tokens?limit=1").get_json()
    assert [token["is_current"] for token in page["items"]] == [True]
    [first] = ada.get(f"/api/v1/tokens?cursor={page['next_cursor']}").get_json()["items"]
    assert not first["is_current"]
    assert ada.delete(f"/api/v1/tokens/{first['id']}").status_code == 204
    assert ada.delete(f"/api/v1/tokens/{first['id']}").status_code == 404
    assert ada.delete("/api/v1/tokens").status_code == 204
    assert ada.get(ME).status_code == 401


def test_an_account_is_deleted_with_its_password(ada: FlaskClient) -> None:
    assert ada.delete(ME, json={"password": "wrong"}).status_code == 422
    assert ada.delete(ME, json={"password": ADA["password"]}).status_code == 204
    assert ada.get(ME).status_code == 401
    assert sign_in(ada) == 401


def test_who_is_deleted_while_signing_in_is_not_signed_in(
    ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify_slowly(password: str, password_hash: str | None) -> bool:
        monkeypatch.undo()
        ada.delete(ME, json={"password": ADA["password"]})
        return verify_password(password, password_hash)

    monkeypatch.setattr(use_cases, "verify_password", verify_slowly)
    assert sign_in(ada) == 401


def test_who_is_deleted_gets_no_mail(ada: FlaskClient, mails: Mails) -> None:
    ada.delete(ME, json={"password": ADA["password"]})
    assert mails() == []


def test_what_has_expired_is_deleted(app: Flask, ada: FlaskClient, mails: Mails) -> None:
    database: Database = app.extensions["services"].database
    with database.write() as session:
        session.execute(update(Token).values(expires_at=now()))
        delete_expired.enqueue(session)
    assert ada.get(ME).status_code == 401
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Token)) == 1
    mails()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Token)) == 0


def test_a_mail_that_can_not_be_sent_leaves_no_secret(
    app: Flask, ada: FlaskClient, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "send", None)
    assert mails() == []
    database: Database = app.extensions["services"].database
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Secret)) == 0


def test_administrators_see_all_users(
    ada: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.get("/api/v1/users?limit=nothing").status_code == 403
    with pytest.raises(ClickException, match="nobody has shown that it is theirs"):
        create_admin(settings, "Ada@Example.com")
    create_admin(settings, "Ada@Example.com", existing=True)
    monkeypatch.setenv("ADMIN_PASSWORD", ADA["password"])
    create_admin(settings, "bob@example.com")
    page = ada.get("/api/v1/users?limit=1").get_json()
    assert [user["email"] for user in page["items"]] == ["bob@example.com"]
    [user] = ada.get(f"/api/v1/users?cursor={page['next_cursor']}").get_json()["items"]
    assert user == ada.get(ME).get_json()
    assert user["is_admin"]


@pytest.mark.parametrize(
    ("email", "password"), [("bob", ADA["password"]), ("bob@example.com", "password1234")]
)
def test_an_administrator_has_an_address_and_a_good_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", password)
    with pytest.raises(ClickException):
        create_admin(settings, email)


def test_an_address_is_verified_by_the_link_in_a_mail(ada: FlaskClient, mails: Mails) -> None:
    [mail] = mails()
    assert mail["To"] == ADA["email"]
    secret = link_in(mail).rpartition("/")[2]
    assert ada.put(f"/api/v1/email-verifications/{secret}").status_code == 204
    assert ada.put(f"/api/v1/email-verifications/{secret}").status_code == 404
    assert ada.get(ME).get_json()["email_verified_at"] is not None
    assert ada.post("/api/v1/email-verifications").status_code == 202
    assert len(mails()) == 1


def test_a_password_is_reset_by_the_link_in_a_mail(ada: FlaskClient, mails: Mails) -> None:
    mails()
    known = ada.post("/api/v1/password-resets", json={"email": "ADA@example.com"})
    unknown = ada.post("/api/v1/password-resets", json={"email": "bob@example.com"})
    assert known.status_code == unknown.status_code == 202
    assert known.json == unknown.json
    [mail] = mails()
    reset = f"/api/v1/password-resets/{link_in(mail).rpartition('/')[2]}"
    assert ada.put(reset, json={"new_password": "password1234"}).status_code == 422
    assert ada.put(reset, json={"new_password": OTHER}).status_code == 204
    assert ada.get(ME).status_code == 401
    used = ada.put(reset, json={"new_password": OTHER})
    assert used.status_code == 404
    assert used.get_json()["instance"] == "/api/v1/password-resets/***"
    assert sign_in(ada, OTHER) == 201


def test_a_user_signs_up_and_forgets_the_password_in_a_browser(
    client: FlaskClient, mails: Mails
) -> None:
    assert "<form" in client.get("/account/sign-up").text
    wrong = client.post("/account/sign-up", data={**ADA, "password": "short"})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text
    assert f'value="{ADA["email"]}"' in wrong.text
    assert "Welcome" in client.post("/account/sign-up", data=ADA).text
    assert client.get("/account/forgot-password").status_code == 200
    assert client.post("/account/forgot-password", data={}).status_code == 422
    client.post("/account/forgot-password", data={"email": ADA["email"]})
    verify, reset = sorted(map(link_in, mails()), reverse=True)
    assert "<button>" in client.get(verify).text
    assert "verified" in client.post(verify).text
    assert client.post(verify).status_code == 404
    assert client.get(verify).status_code == 404
    assert "changed" in client.post(reset, data={"new_password": OTHER}).text
    assert sign_in(client, OTHER) == 201
    assert client.get("/account/nothing").status_code == 404
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/account/sign-up", data=ADA, headers=elsewhere).status_code == 403


def test_without_a_mail_server_production_says_so(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    client = make_app(settings.model_copy(update={"app_env": "production"})).test_client()
    response = client.post("/api/v1/password-resets", json={"email": ADA["email"]})
    assert response.status_code == 503
    assert client.get("/account/forgot-password").status_code == 503
    assert "mail is" not in client.post("/account/sign-up", data=ADA).text

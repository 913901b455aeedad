"""Accounts: what becomes of them after signing up, by the API, by mails and by pages."""

import asyncio
from collections.abc import Callable
from email.message import EmailMessage

import pytest
import sqlalchemy
from click import ClickException
from client import Client
from jobs import Outbox, link_in
from sqlalchemy import func, select, update

from {{ cookiecutter.__package_name }}.accounts import use_cases
from {{ cookiecutter.__package_name }}.accounts.commands import create_admin
from {{ cookiecutter.__package_name }}.accounts.jobs import delete_expired
from {{ cookiecutter.__package_name }}.accounts.models import Secret, Token, User
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.infrastructure.database.models import now
from {{ cookiecutter.__package_name }}.infrastructure.security.passwords import (
    verify_password,
)
from {{ cookiecutter.__package_name }}.services import App
from {{ cookiecutter.__package_name }}.web.app import create_app

Mails = Callable[[], list[EmailMessage]]

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
OTHER = "another horse battery"
ME = "/api/v1/users/me"


def sign_in(client: Client, password: str = ADA["password"]) -> int:
    """Whether Ada can, by this password; the client then is hers."""
    _, response = client.post("/api/v1/tokens", json={**ADA, "password": password})
    if response.status == 201:
        client.headers["Authorization"] = f"Bearer {response.json['access_token']}"
    status: int = response.status
    return status


def me(client: Client) -> int:
    """How the client is told who it is."""
    _, response = client.get(ME)
    status: int = response.status
    return status


def delete(client: Client, password: str = ADA["password"]) -> int:
    """Whether the client can delete its account, by this password."""
    _, response = client.request(ME, http_method="DELETE", json={"password": password})
    status: int = response.status
    return status


async def delete_all_users(database: Database) -> None:
    """Delete them without their help."""
    async with database.write() as session:
        await session.execute(sqlalchemy.delete(User))


@pytest.fixture
def ada(client: Client) -> Client:
    """A client that is signed in as Ada."""
    client.post("/api/v1/users", json=ADA)
    assert sign_in(client) == 201
    return client


def test_a_password_is_changed_and_others_are_signed_out(ada: Client) -> None:
    before = {**ada.headers}
    sign_in(ada)
    change = {"current_password": ADA["password"], "new_password": OTHER}
    _, changed = ada.put(f"{ME}/password", json=change)
    assert changed.status == 204
    assert me(ada) == 200
    _, other = ada.get(ME, headers=before)
    assert other.status == 401
    assert (sign_in(ada), sign_in(ada, OTHER)) == (401, 201)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"current_password": "wrong"}, "/current_password"),
        ({"new_password": "password1234"}, "/new_password"),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_a_good_one(
    ada: Client, change: dict[str, str], pointer: str
) -> None:
    given = {"current_password": ADA["password"], "new_password": OTHER, **change}
    _, response = ada.put(f"{ME}/password", json=given)
    assert response.status == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


def test_one_sees_where_one_is_signed_in_and_signs_out_there(ada: Client) -> None:
    sign_in(ada)
    _, page = ada.get("/api/v1/tokens", params={"limit": 1})
    assert [token["is_current"] for token in page.json["items"]] == [True]
    _, page = ada.get("/api/v1/tokens", params={"cursor": page.json["next_cursor"]})
    [first] = page.json["items"]
    assert not first["is_current"]
    answers = [ada.delete(f"/api/v1/tokens/{first['id']}") for _ in range(2)]
    assert [response.status for _, response in answers] == [204, 404]
    _, everywhere = ada.delete("/api/v1/tokens")
    assert everywhere.status == 204
    assert me(ada) == 401


def test_an_account_is_deleted_with_its_password(ada: Client) -> None:
    assert delete(ada, "wrong") == 422
    assert delete(ada) == 204
    assert me(ada) == 401
    assert sign_in(ada) == 401


def test_who_is_deleted_gets_no_mail(ada: Client, mails: Mails) -> None:
    delete(ada)
    assert mails() == []


def test_who_is_deleted_while_signing_in_is_not_signed_in(
    ada: Client, runner: asyncio.Runner, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify_slowly(password: str, password_hash: str | None) -> bool:
        monkeypatch.undo()
        loop = runner.get_loop()
        asyncio.run_coroutine_threadsafe(delete_all_users(app.ctx.database), loop).result()
        return verify_password(password, password_hash)

    monkeypatch.setattr(use_cases, "verify_password", verify_slowly)
    assert sign_in(ada) == 401


def test_what_has_expired_is_deleted(
    ada: Client, runner: asyncio.Runner, app: App, mails: Mails
) -> None:
    database = app.ctx.database

    async def expire() -> None:
        async with database.write() as session:
            await session.execute(update(Token).values(expires_at=now()))
            delete_expired.enqueue(session)

    async def count() -> int | None:
        async with database.read() as session:
            return await session.scalar(select(func.count()).select_from(Token))

    runner.run(expire())
    assert me(ada) == 401
    assert runner.run(count()) == 1
    mails()
    assert runner.run(count()) == 0


def test_a_mail_that_can_not_be_sent_leaves_no_secret(
    ada: Client, runner: asyncio.Runner, app: App, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count() -> int | None:
        async with app.ctx.database.read() as session:
            return await session.scalar(select(func.count()).select_from(Secret))

    monkeypatch.setattr(Outbox, "send", None)
    assert mails() == []
    assert runner.run(count()) == 0


def test_administrators_see_all_users(
    ada: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, refused = ada.get("/api/v1/users")
    assert refused.status == 403
    with pytest.raises(ClickException, match="nobody has shown that it is theirs"):
        create_admin(settings, "Ada@Example.com")
    create_admin(settings, "Ada@Example.com", existing=True)
    monkeypatch.setenv("ADMIN_PASSWORD", ADA["password"])
    create_admin(settings, "bob@example.com")
    _, page = ada.get("/api/v1/users", params={"limit": 1})
    assert [user["email"] for user in page.json["items"]] == ["bob@example.com"]
    _, page = ada.get("/api/v1/users", params={"cursor": page.json["next_cursor"]})
    _, account = ada.get(ME)
    assert page.json["items"] == [account.json]
    assert account.json["is_admin"]


@pytest.mark.parametrize(
    ("email", "password"), [("bob", ADA["password"]), ("bob@example.com", "password1234")]
)
def test_an_administrator_has_an_address_and_a_good_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", password)
    with pytest.raises(ClickException):
        create_admin(settings, email)


def test_an_address_is_verified_by_the_link_in_a_mail(ada: Client, mails: Mails) -> None:
    [mail] = mails()
    assert mail["To"] == ADA["email"]
    verification = f"/api/v1/email-verifications/{link_in(mail).rpartition('/')[2]}"
    answers = [ada.put(verification) for _ in range(2)]
    assert [response.status for _, response in answers] == [204, 404]
    _, account = ada.get(ME)
    assert account.json["email_verified_at"] is not None
    _, asked = ada.post("/api/v1/email-verifications")
    assert asked.status == 202
    assert len(mails()) == 1


def test_a_password_is_reset_by_the_link_in_a_mail(ada: Client, mails: Mails) -> None:
    mails()
    _, known = ada.post("/api/v1/password-resets", json={"email": "ADA@example.com"})
    _, unknown = ada.post("/api/v1/password-resets", json={"email": "bob@example.com"})
    assert known.status == unknown.status == 202
    assert known.json == unknown.json
    [mail] = mails()
    reset = f"/api/v1/password-resets/{link_in(mail).rpartition('/')[2]}"
    passwords = "password1234", OTHER, OTHER
    answers = [ada.put(reset, json={"new_password": password}) for password in passwords]
    assert [response.status for _, response in answers] == [422, 204, 404]
    assert answers[-1][1].json["instance"] == "/api/v1/password-resets/***"
    assert me(ada) == 401
    assert sign_in(ada, OTHER) == 201


def test_a_user_signs_up_and_forgets_the_password_in_a_browser(
    client: Client, mails: Mails
) -> None:
    for path in ("/account/sign-up", "/account/forgot-password"):
        _, page = client.get(path)
        assert page.status == 200
    _, wrong = client.post("/account/sign-up", data={**ADA, "password": "short"})
    assert wrong.status == 422
    assert "role=alert" in wrong.text
    assert f'value="{ADA["email"]}"' in wrong.text
    _, welcome = client.post("/account/sign-up", data=ADA)
    assert "Welcome" in welcome.text
    _, asked = client.post("/account/forgot-password", data={"email": ADA["email"]})
    assert "role=status" in asked.text
    verify, reset = sorted(map(link_in, mails()), reverse=True)
    _, form = client.get(verify)
    assert "<button>" in form.text
    _, verified = client.post(verify)
    assert "verified" in verified.text
    _, again = client.post(verify)
    assert again.status == 404
    _, dead = client.get(verify)
    assert dead.status == 404
    _, changed = client.post(reset, data={"new_password": OTHER})
    assert "changed" in changed.text
    assert sign_in(client, OTHER) == 201
    _, nothing = client.get("/account/nothing")
    assert nothing.status == 404
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    _, forged = client.post("/account/sign-up", data=ADA, headers=elsewhere)
    assert forged.status == 403


def test_without_a_mail_server_production_says_so(
    settings: Settings, runner: asyncio.Runner
) -> None:
    production = settings.model_copy(update={"app_env": "production"})
    with Client(create_app(settings=production), runner) as client:
        _, response = client.post("/api/v1/password-resets", json={"email": ADA["email"]})
        assert response.status == 503
        _, page = client.get("/account/forgot-password")
        assert page.status == 503
        _, welcome = client.post("/account/sign-up", data=ADA)
        assert "mail is" not in welcome.text

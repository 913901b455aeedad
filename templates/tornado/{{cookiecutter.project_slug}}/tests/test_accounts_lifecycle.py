"""Accounts: what becomes of them after signing up, by the API, by mails and by pages."""

import asyncio
from functools import partial
from typing import Any

import pytest
import sqlalchemy
from click import ClickException
from jobs import Outbox, link_in
from service import ServiceTestCase, read, xsrf
from sqlalchemy import func, select, update
from tornado import locale
from tornado.httpclient import HTTPResponse

from {{ cookiecutter.__package_name }}.accounts import use_cases
from {{ cookiecutter.__package_name }}.accounts.commands import create_admin
from {{ cookiecutter.__package_name }}.accounts.forms import FORMS, WELCOME, WRONG
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

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
OTHER = "another horse battery"
USERS, TOKENS, ME = "/api/v1/users", "/api/v1/tokens", "/api/v1/users/me"
RESETS, VERIFICATIONS = "/api/v1/password-resets", "/api/v1/email-verifications"


async def running_loop() -> asyncio.AbstractEventLoop:
    """The loop that the application runs in."""
    return asyncio.get_running_loop()


class AdaTestCase(ServiceTestCase):
    """Ada has an account, and is signed in."""

    def setUp(self) -> None:
        super().setUp()
        assert self.call("POST", USERS, ADA).code == 201
        self.token = ""
        assert self.sign_in() == 201

    def sign_in(self, password: str = ADA["password"]) -> int:
        """Whether Ada can, by this password; the token then is hers."""
        response = self.call("POST", TOKENS, {**ADA, "password": password})
        if response.code == 201:
            self.token = read(response)["access_token"]
        return response.code

    def ask(self, method: str, path: str, body: Any = None) -> HTTPResponse:
        """Send a request of Ada's."""
        return self.call(method, path, body, self.token)

    @property
    def database(self) -> Database:
        """The application's."""
        database: Database = self.app.settings["services"].database
        return database


class LifecycleTest(AdaTestCase):
    def test_a_password_is_changed_and_others_are_signed_out(self) -> None:
        before = self.token
        self.sign_in()
        change = {"current_password": ADA["password"], "new_password": OTHER}
        assert self.ask("PUT", f"{ME}/password", change).code == 204
        assert self.ask("GET", ME).code == 200
        assert self.call("GET", ME, token=before).code == 401
        assert (self.sign_in(), self.sign_in(OTHER)) == (401, 201)

    def test_a_password_is_changed_by_who_knows_it_to_a_good_one(self) -> None:
        for change, pointer in (
            ({"current_password": "wrong"}, "/current_password"),
            ({"new_password": "password1234"}, "/new_password"),
        ):
            given = {"current_password": ADA["password"], "new_password": OTHER, **change}
            response = self.ask("PUT", f"{ME}/password", given)
            assert response.code == 422
            assert [error["pointer"] for error in read(response)["errors"]] == [pointer]

    def test_one_sees_where_one_is_signed_in_and_signs_out_there(self) -> None:
        self.sign_in()
        page = read(self.ask("GET", f"{TOKENS}?limit=1"))
        assert [token["is_current"] for token in page["items"]] == [True]
        [first] = read(self.ask("GET", f"{TOKENS}?cursor={page['next_cursor']}"))["items"]
        assert not first["is_current"]
        codes = [self.ask("DELETE", f"{TOKENS}/{first['id']}").code for _ in range(2)]
        assert codes == [204, 404]
        assert self.ask("DELETE", TOKENS).code == 204
        assert self.ask("GET", ME).code == 401

    def test_an_account_is_deleted_with_its_password(self) -> None:
        assert self.ask("DELETE", ME, {"password": "wrong"}).code == 422
        assert self.ask("DELETE", ME, {"password": ADA["password"]}).code == 204
        assert self.ask("GET", ME).code == 401
        assert self.sign_in() == 401
        # Nor is there anybody to mail to.
        assert self.mails() == []

    def test_who_is_deleted_while_signing_in_is_not_signed_in(self) -> None:
        def verify_slowly(password: str, password_hash: str | None) -> bool:
            self.monkeypatch.undo()
            asyncio.run_coroutine_threadsafe(self._delete_users(), loop).result()
            return verify_password(password, password_hash)

        loop = self.io_loop.run_sync(running_loop)
        self.monkeypatch.setattr(use_cases, "verify_password", verify_slowly)
        assert self.sign_in() == 401

    async def _delete_users(self) -> None:
        async with self.database.write() as session:
            await session.execute(sqlalchemy.delete(User))

    def test_what_has_expired_is_deleted(self) -> None:
        self.io_loop.run_sync(self._expire)
        assert self.ask("GET", ME).code == 401
        assert self.io_loop.run_sync(partial(self._count, Token)) == 1
        self.mails()
        assert self.io_loop.run_sync(partial(self._count, Token)) == 0

    def test_a_mail_that_can_not_be_sent_leaves_no_secret(self) -> None:
        self.monkeypatch.setattr(Outbox, "send", None)
        assert self.mails() == []
        assert self.io_loop.run_sync(partial(self._count, Secret)) == 0

    async def _expire(self) -> None:
        async with self.database.write() as session:
            await session.execute(update(Token).values(expires_at=now()))
            delete_expired.enqueue(session)

    async def _count(self, kind: type[Token | Secret]) -> int | None:
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(kind))

    def test_an_address_is_verified_by_the_link_in_a_mail(self) -> None:
        [mail] = self.mails()
        assert mail["To"] == ADA["email"]
        verification = f"{VERIFICATIONS}/{link_in(mail).rpartition('/')[2]}"
        codes = [self.call("PUT", verification).code for _ in range(2)]
        assert codes == [204, 404]
        assert read(self.ask("GET", ME))["email_verified_at"] is not None
        assert self.ask("POST", VERIFICATIONS).code == 202
        assert len(self.mails()) == 1

    def test_a_password_is_reset_by_the_link_in_a_mail(self) -> None:
        self.mails()
        known = self.call("POST", RESETS, {"email": "ADA@example.com"})
        unknown = self.call("POST", RESETS, {"email": "bob@example.com"})
        assert known.code == unknown.code == 202
        assert known.body == unknown.body
        [mail] = self.mails()
        reset = f"{RESETS}/{link_in(mail).rpartition('/')[2]}"
        assert self.call("PUT", reset, {"new_password": "password1234"}).code == 422
        assert self.call("PUT", reset, {"new_password": OTHER}).code == 204
        assert self.ask("GET", ME).code == 401
        used = self.call("PUT", reset, {"new_password": OTHER})
        assert used.code == 404
        assert read(used)["instance"] == f"{RESETS}/***"
        assert self.sign_in(OTHER) == 201


class AdministratorsTest(AdaTestCase):
    def test_administrators_see_all_users(self) -> None:
        assert self.ask("GET", USERS).code == 403
        with pytest.raises(ClickException, match="nobody has shown that it is theirs"):
            create_admin(self.get_settings(), "Ada@Example.com")
        create_admin(self.get_settings(), "Ada@Example.com", existing=True)
        self.monkeypatch.setenv("ADMIN_PASSWORD", ADA["password"])
        create_admin(self.get_settings(), "bob@example.com")
        page = read(self.ask("GET", f"{USERS}?limit=1"))
        assert [user["email"] for user in page["items"]] == ["bob@example.com"]
        account = read(self.ask("GET", ME))
        assert read(self.ask("GET", f"{USERS}?cursor={page['next_cursor']}"))["items"] == [account]
        assert account["is_admin"]

    def test_an_administrator_has_an_address_and_a_good_password(self) -> None:
        for email, password in (("bob", ADA["password"]), ("bob@example.com", "password1234")):
            self.monkeypatch.setenv("ADMIN_PASSWORD", password)
            with pytest.raises(ClickException):
                create_admin(self.get_settings(), email)


class PagesTest(ServiceTestCase):
    def submit(self, path: str, **given: str) -> HTTPResponse:
        """Fill in a form, and send it."""
        return self.browse(path, {**given, "_xsrf": xsrf(self.browse(path))})

    def test_a_user_signs_up_and_forgets_the_password_in_a_browser(self) -> None:
        wrong = self.submit("/account/sign-up", email=ADA["email"], password="short")
        assert wrong.code == 422
        assert b'role="alert"' in wrong.body
        assert f'value="{ADA["email"]}"'.encode() in wrong.body
        assert b"Welcome" in self.submit("/account/sign-up", **ADA).body
        asked = self.submit("/account/forgot-password", email=ADA["email"])
        assert b'role="status"' in asked.body
        verify, reset = sorted(map(link_in, self.mails()), reverse=True)
        token = xsrf(self.browse(verify))
        assert b"verified" in self.browse(verify, {"_xsrf": token}).body
        assert self.browse(verify, {"_xsrf": token}).code == 404
        assert self.browse(verify).code == 404
        assert b"changed" in self.submit(reset, new_password=OTHER).body
        assert self.call("POST", TOKENS, {**ADA, "password": OTHER}).code == 201

    def test_who_asks_too_often_is_told_when_to_try_again(self) -> None:
        path = "/account/forgot-password"
        answers = [self.submit(path, email=ADA["email"]) for _ in range(11)]
        assert [answer.code for answer in answers] == [200] * 10 + [429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60

    def test_there_is_no_other_page(self) -> None:
        response = self.browse("/account/nothing")
        assert response.code == 404
        assert b'href="/"' in response.body

    def test_a_form_of_another_site_is_refused(self) -> None:
        assert self.browse("/account/sign-up", ADA).code == 403
        given = {**ADA, "_xsrf": xsrf(self.browse("/account/sign-up"))}
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        assert self.browse("/account/sign-up", given, headers=elsewhere).code == 403

    def test_the_cookie_is_for_no_scripts_and_no_other_sites(self) -> None:
        [cookie] = self.browse("/account/sign-up").headers.get_list("Set-Cookie")
        assert cookie.startswith("_xsrf=")
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))

    def test_each_form_is_translated(self) -> None:
        page = self.browse("/account/sign-up", headers={"Accept-Language": "de-AT, en;q=0.5"})
        assert b'<html lang="de">' in page.body
        assert b"<button>Registrieren</button>" in page.body
        texts = [WELCOME, *WRONG.values()]
        for form in FORMS.values():
            texts += [form.title, form.text, form.button, form.done]
            texts += [field.label for field in form.fields]
        for text in texts:
            assert locale.get("de").translate(text) != text


class ProductionTest(ServiceTestCase):
    def get_settings(self) -> Settings:
        return super().get_settings().model_copy(update={"app_env": "production"})

    def test_in_production_the_cookie_is_for_https_and_this_host_only(self) -> None:
        [cookie] = self.browse("/account/sign-up").headers.get_list("Set-Cookie")
        assert cookie.startswith("__Host-xsrf=")
        assert "Secure" in cookie.split("; ")

    def test_without_a_mail_server_production_says_so(self) -> None:
        assert self.call("POST", RESETS, {"email": ADA["email"]}).code == 503
        assert self.browse("/account/forgot-password").code == 503

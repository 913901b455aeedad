"""Accounts: what becomes of them after signing up, by the API, by mails and by pages."""

import re
from collections.abc import Callable

import pytest
from click import ClickException
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from {{ cookiecutter.__package_name }}.about import NAME
from {{ cookiecutter.__package_name }}.accounts import backends, use_cases
from {{ cookiecutter.__package_name }}.accounts.commands import create_admin
from {{ cookiecutter.__package_name }}.accounts.jobs import delete_expired
from {{ cookiecutter.__package_name }}.accounts.models import Secret, Token, User
from {{ cookiecutter.__package_name }}.services import services

pytestmark = pytest.mark.django_db

Mails = Callable[[], list[EmailMessage]]

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
OTHER = "another horse battery"
JSON = "application/json"
ME = "/api/v1/users/me"
TOKENS = "/api/v1/tokens"


def sign_in(client: Client, password: str = ADA["password"]) -> int:
    """Whether Ada can, by this password; the client then is hers."""
    response = client.post(TOKENS, {**ADA, "password": password}, JSON)
    if response.status_code == 201:
        token = response.json()["access_token"]
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return response.status_code


def link_in(mail: EmailMessage) -> str:
    """The path of the link in a mail."""
    [path] = re.findall(r"https?://[^/]+(/\S+)", str(mail.body))
    return str(path)


@pytest.fixture
def ada(client: Client) -> Client:
    """A client that is signed in as Ada."""
    client.post("/api/v1/users", ADA, JSON)
    assert sign_in(client) == 201
    return client


def test_a_password_is_changed_and_others_are_signed_out(ada: Client) -> None:
    before = {"Authorization": ada.defaults["HTTP_AUTHORIZATION"]}
    sign_in(ada)
    change = {"current_password": ADA["password"], "new_password": OTHER}
    assert ada.put(f"{ME}/password", change, JSON).status_code == 204
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
    ada: Client, change: dict[str, str], pointer: str
) -> None:
    given = {"current_password": ADA["password"], "new_password": OTHER, **change}
    response = ada.put(f"{ME}/password", given, JSON)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_one_sees_where_one_is_signed_in_and_signs_out_there(ada: Client) -> None:
    sign_in(ada)
    page = ada.get(TOKENS, {"limit": 1}).json()
    assert [token["is_current"] for token in page["items"]] == [True]
    [first] = ada.get(TOKENS, {"cursor": page["next_cursor"]}).json()["items"]
    assert not first["is_current"]
    assert ada.delete(f"{TOKENS}/{first['id']}").status_code == 204
    for gone in (first["id"], "nothing"):
        assert ada.delete(f"{TOKENS}/{gone}").status_code == 404
    assert ada.delete(TOKENS).status_code == 204
    assert ada.get(ME).status_code == 401


def test_an_account_is_deleted_with_its_password(ada: Client) -> None:
    assert ada.delete(ME, {"password": "wrong"}, JSON).status_code == 422
    assert ada.delete(ME, {"password": ADA["password"]}, JSON).status_code == 204
    assert ada.get(ME).status_code == 401
    assert sign_in(ada) == 401


def test_who_is_deleted_while_signing_in_is_not_signed_in(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def authenticate(*_arguments: object, **_credentials: object) -> User:
        user = User.objects.get()
        User.objects.all().delete()
        return user

    monkeypatch.setattr(backends.ThrottledBackend, "authenticate", authenticate)
    assert sign_in(ada) == 401


def test_who_is_deleted_or_may_not_sign_in_gets_no_mail(ada: Client, mails: Mails) -> None:
    mails()
    ada.post("/api/v1/password-resets", {"email": ADA["email"]}, JSON)
    ada.post("/api/v1/email-verifications")
    User.objects.update(is_active=False)
    assert [mail.subject for mail in mails()] == [f"Your e-mail address at {NAME}"]
    User.objects.update(is_active=True)
    ada.post("/api/v1/email-verifications")
    ada.delete(ME, {"password": ADA["password"]}, JSON)
    assert mails() == []


def test_what_has_expired_is_deleted(ada: Client, mails: Mails) -> None:
    Token.objects.update(expires_at=now())
    assert ada.get(ME).status_code == 401
    delete_expired.enqueue()
    mails()
    assert Token.objects.count() == 0


def test_a_mail_that_can_not_be_sent_leaves_no_secret(
    ada: Client, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailMessage, "send", None)
    assert mails() == []
    assert Secret.objects.count() == 0


def test_administrators_see_all_users(
    ada: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.get("/api/v1/users").status_code == 403
    with pytest.raises(ClickException, match="nobody has shown that it is theirs"):
        create_admin(settings.SERVICE, "Ada@Example.com")
    create_admin(settings.SERVICE, "Ada@Example.com", existing=True)
    monkeypatch.setenv("ADMIN_PASSWORD", ADA["password"])
    create_admin(settings.SERVICE, "bob@example.com")
    page = ada.get("/api/v1/users", {"limit": 1}).json()
    assert [user["email"] for user in page["items"]] == ["bob@example.com"]
    [user] = ada.get("/api/v1/users", {"cursor": page["next_cursor"]}).json()["items"]
    assert user == ada.get(ME).json()
    assert user["is_admin"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("bob", ADA["password"]),
        ("bob@example.com", "password1234"),
    ],
)
def test_an_administrator_has_an_address_and_a_good_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", password)
    with pytest.raises(ClickException):
        create_admin(settings.SERVICE, email)


def test_without_the_database_nobody_is_made_an_administrator(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(_email: str) -> User | None:
        raise OperationalError

    monkeypatch.setattr(use_cases, "find", find)
    with pytest.raises(ClickException, match="The database is not available"):
        create_admin(settings.SERVICE, ADA["email"])


def test_an_address_is_verified_by_the_link_in_a_mail(ada: Client, mails: Mails) -> None:
    [mail] = mails()
    assert isinstance(mail, EmailMultiAlternatives)
    assert (mail.to, mail.from_email) == ([ADA["email"]], "noreply@localhost")
    assert link_in(mail) in str(mail.alternatives)
    secret = link_in(mail).rpartition("/")[2]
    assert ada.put(f"/api/v1/email-verifications/{secret}").status_code == 204
    assert ada.put(f"/api/v1/email-verifications/{secret}").status_code == 404
    assert ada.get(ME).json()["email_verified_at"] is not None
    assert ada.post("/api/v1/email-verifications").status_code == 202
    assert len(mails()) == 1


def test_a_password_is_reset_by_the_link_in_a_mail(ada: Client, mails: Mails) -> None:
    mails()
    known = ada.post("/api/v1/password-resets", {"email": "ADA@example.com"}, JSON)
    unknown = ada.post("/api/v1/password-resets", {"email": "bob@example.com"}, JSON)
    assert known.status_code == unknown.status_code == 202
    assert known.json() == unknown.json()
    [mail] = mails()
    reset = f"/api/v1/password-resets/{link_in(mail).rpartition('/')[2]}"
    assert ada.put(reset, {"new_password": "password1234"}, JSON).status_code == 422
    assert ada.put(reset, {"new_password": OTHER}, JSON).status_code == 204
    assert ada.get(ME).status_code == 401
    used = ada.put(reset, {"new_password": OTHER}, JSON)
    assert used.status_code == 404
    assert used.json()["instance"] == "/api/v1/password-resets/***"
    assert sign_in(ada, OTHER) == 201


def test_of_two_who_use_a_link_one_is_too_late(
    ada: Client, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails()
    ada.post("/api/v1/password-resets", {"email": ADA["email"]}, JSON)
    [mail] = mails()
    reset = f"/api/v1/password-resets/{link_in(mail).rpartition('/')[2]}"
    set_password = User.set_password

    def set_slowly(user: User, password: str) -> None:
        monkeypatch.undo()
        assert ada.put(reset, {"new_password": OTHER}, JSON).status_code == 204
        set_password(user, password)

    monkeypatch.setattr(User, "set_password", set_slowly)
    assert ada.put(reset, {"new_password": ADA["password"]}, JSON).status_code == 404
    assert sign_in(ada, OTHER) == 201


def test_a_user_signs_up_and_forgets_the_password_in_a_browser(
    client: Client, mails: Mails
) -> None:
    wrong = client.post("/account/sign-up", {**ADA, "password": "password1234"})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text
    assert f'value="{ADA["email"]}"' in wrong.text
    assert client.post("/account/sign-up", {**ADA, "email": "ada"}).status_code == 422
    assert "Welcome" in client.post("/account/sign-up", ADA).text
    assert client.post("/account/sign-up", ADA).status_code == 409
    assert client.post("/account/forgot-password", {"email": ""}).status_code == 422
    client.post("/account/forgot-password", {"email": ADA["email"]})
    verify, reset = sorted(map(link_in, mails()), reverse=True)
    assert "<button>" in client.get(verify).text
    assert "verified" in client.post(verify).text
    assert client.post(verify).status_code == 404
    assert client.get(verify).status_code == 404
    assert "<button>" in client.get(reset).text
    assert "changed" in client.post(reset, {"new_password": OTHER}).text
    assert sign_in(client, OTHER) == 201
    assert client.get("/account/nothing").status_code == 404
    for _ in range(10):
        asked = client.post("/account/forgot-password", {"email": ADA["email"]})
    assert (asked.status_code, int(asked.headers["Retry-After"]) > 0) == (429, True)


def test_who_reads_german_is_answered_and_mailed_in_german(client: Client, mails: Mails) -> None:
    german = {"Accept-Language": "de"}
    client.post("/account/sign-up", ADA, headers=german)
    assert mails()[0].subject.startswith("Ihre E-Mail-Adresse bei ")
    taken = client.post("/account/sign-up", ADA, headers=german)
    assert "Es gibt ein Konto mit dieser E-Mail-Adresse." in taken.text


def test_a_form_of_another_site_is_refused() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/account/sign-up", ADA).status_code == 403
    form = {**ADA, "csrfmiddlewaretoken": browser.get("/account/sign-up").context["csrf_token"]}
    assert browser.post("/account/sign-up", form).status_code == 200


def test_without_a_mail_server_production_says_so(client: Client, settings: Settings) -> None:
    production = settings.SERVICE.model_copy(update={"app_env": "production"})
    settings.SERVICE = production
    assert services().settings == production
    response = client.post("/api/v1/password-resets", {"email": ADA["email"]}, JSON)
    assert response.status_code == 503
    assert client.get("/account/forgot-password").status_code == 503
    assert "mail is" not in client.post("/account/sign-up", ADA).text

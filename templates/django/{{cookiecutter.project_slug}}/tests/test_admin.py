"""The admin: people sign in by e-mail address, and work with what the API works with."""

import re
from collections.abc import Callable
from contextlib import closing

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from {{ cookiecutter.__package_name }}.accounts.models import User
from {{ cookiecutter.__package_name }}.infrastructure.errors import (
    TooManyAttempts,
)

pytestmark = pytest.mark.django_db

# Those that pytest-django gives its `admin_user`.
ADMIN = "admin@example.com"
PASSWORD = "password"
ADA = {"email": "ada@example.com", "password": "correct horse battery"}


def sign_in(client: Client, email: str, password: str) -> tuple[int, str]:
    """The status, and where it leads."""
    form = {"username": email, "password": password, "next": reverse("admin:index")}
    response = client.post(reverse("admin:login"), form)
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize("email", [ADMIN, "Admin@Example.com", ADMIN.upper()])
def test_one_signs_in_by_e_mail_address_in_whatever_case(
    client: Client, admin_user: User, email: str
) -> None:
    assert sign_in(client, email, PASSWORD) == (302, reverse("admin:index"))
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_superuser_is_made_on_the_command_line(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", ADA["password"])
    call_command("createsuperuser", interactive=False, email="Ada@Example.com", verbosity=0)
    assert sign_in(client, *ADA.values()) == (302, reverse("admin:index"))


def test_a_wrong_password_is_refused_and_ten_are_enough(client: Client, admin_user: User) -> None:
    for _ in range(10):
        assert sign_in(client, ADMIN, "wrong") == (200, "")
    assert sign_in(client, ADMIN, PASSWORD)[0] == 429


def test_who_is_no_longer_active_can_not_sign_in(client: Client, admin_user: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, ADMIN, PASSWORD) == (200, "")


def test_nobody_gets_in_without_signing_in(client: Client) -> None:
    response = client.get(reverse("admin:accounts_user_changelist"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))


def test_the_address_may_be_named_so_and_its_failures_count(
    client: Client, admin_user: User
) -> None:
    assert client.login(email=ADMIN, password=PASSWORD)
    for _ in range(10):
        assert authenticate(email=ADMIN, password="wrong") is None
    with pytest.raises(TooManyAttempts):
        authenticate(email=ADMIN, password=PASSWORD)


def test_other_ways_to_authenticate_are_not_ours(client: Client) -> None:
    assert client.login(sso_ticket="one") is False


# What a browser asks for.
PAGE = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_form_of_another_site_is_refused(admin_user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    form = {"email": ADA["email"]}
    response = client.post(reverse("admin:accounts_user_add"), form, headers=PAGE)
    assert response.status_code == 403
    assert "The page was open for too long" in response.text
    assert User.objects.count() == 1


@pytest.mark.parametrize(("page", "status"), [("accounts/token/add/", 403), ("nothing/", 404)])
def test_staff_are_told_in_a_page_what_is_not_theirs(
    admin_client: Client, page: str, status: int
) -> None:
    response = admin_client.get(reverse("admin:index") + page, headers=PAGE)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert f"<title>{status}</title>" in response.text


def test_each_page_says_in_which_zone_its_times_are(admin_client: Client) -> None:
    assert "All times are in UTC." in admin_client.get(reverse("admin:index")).text


def test_users_are_added_with_an_address_in_lower_case(admin_client: Client) -> None:
    form = {"email": "Ada@Example.com", "usable_password": "true"}
    passwords = dict.fromkeys(["password1", "password2"], ADA["password"])
    response = admin_client.post(reverse("admin:accounts_user_add"), {**form, **passwords})
    assert response.status_code == 302
    ada = User.objects.get(email=ADA["email"])
    assert admin_client.get(reverse("admin:accounts_user_change", args=[ada.id])).status_code == 200
    users = admin_client.get(reverse("admin:accounts_user_changelist"), {"q": "ADA"})
    assert users.context["cl"].result_count == 1


def test_a_password_that_is_set_or_taken_away_ends_all_tokens(
    admin_client: Client, sign_up: Callable[[], dict[str, str]]
) -> None:
    changes = (
        {"usable_password": "true", **dict.fromkeys(["password1", "password2"], ADA["password"])},
        {"usable_password": "false", "unset-password": "true"},
    )
    for number, change in enumerate(changes, 1):
        headers = sign_up()
        user = User.objects.get(email=f"user{number}@example.com")
        page = reverse("admin:auth_user_password_change", args=[user.id])
        assert admin_client.post(page, change).status_code == 302
        user.refresh_from_db()
        assert user.has_usable_password() == (change["usable_password"] == "true")
        assert admin_client.get("/api/v1/users/me", headers=headers).status_code == 401


def test_staff_signs_users_out_everywhere(
    admin_client: Client, admin_user: User, account: dict[str, str]
) -> None:
    elsewhere = Client()
    assert sign_in(elsewhere, ADMIN, PASSWORD)[0] == 302
    page = reverse("admin:accounts_user_changelist")
    action = {"action": "sign_out_everywhere"}
    theirs = User.objects.get(email="user1@example.com")
    admin_client.post(page, {**action, "_selected_action": [str(theirs.id)]})
    assert admin_client.get("/api/v1/users/me", headers=account).status_code == 401
    assert elsewhere.get(page).status_code == 200
    admin_client.post(page, {**action, "_selected_action": [str(admin_user.pk)]})
    assert elsewhere.get(page).status_code == 302


def test_an_address_that_is_changed_has_to_be_verified_anew(
    admin_client: Client, account: dict[str, str]
) -> None:
    user = User.objects.get(email="user1@example.com")
    User.objects.update(email_verified_at=user.created_at)
    page = reverse("admin:accounts_user_change", args=[user.id])
    for email, is_verified in (("user1@example.com", True), ("other@example.com", False)):
        assert admin_client.post(page, {"email": email, "is_active": "on"}).status_code == 302
        user.refresh_from_db()
        assert (user.email_verified_at is not None) == is_verified


def test_tokens_can_be_looked_at_and_revoked_only(
    admin_client: Client, account: dict[str, str]
) -> None:
    [token] = User.objects.get(email="user1@example.com").tokens.all()
    page = reverse("admin:accounts_token_change", args=[token.id])
    for url in (page, reverse("admin:accounts_token_changelist") + "?q=user1"):
        response = admin_client.get(url)
        assert response.status_code == 200
        assert str(token) in response.text
        assert account["Authorization"].removeprefix("Bearer ") not in response.text
    assert admin_client.get(reverse("admin:accounts_token_add")).status_code == 403
    assert admin_client.post(page, {}).status_code == 403
    deletion = reverse("admin:accounts_token_delete", args=[token.id])
    assert admin_client.post(deletion, {"post": "yes"}).status_code == 302
    assert admin_client.get("/api/v1/users/me", headers=account).status_code == 401


def test_a_page_loads_only_what_its_policy_allows_and_what_is_there(admin_client: Client) -> None:
    response = admin_client.get(reverse("admin:accounts_user_changelist"))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', response.text)
    assert len(loaded) > 5
    for path in loaded:
        with closing(admin_client.get(path)) as file:
            assert file.status_code == 200, path
            assert "Access-Control-Allow-Origin" not in file.headers
    assert not re.search(r"<script(?![^>]* src=)(?![^>]* type=\"application/json\")", response.text)

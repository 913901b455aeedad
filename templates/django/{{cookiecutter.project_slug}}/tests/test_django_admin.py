"""The admin: people sign in by e-mail address, and work with what the API works with."""

import json
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from contract.project import PACKAGE
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

accounts = import_module(f"{PACKAGE}.accounts.use_cases")
schemas = import_module(f"{PACKAGE}.schemas")
services = import_module(f"{PACKAGE}.web.services")
Task = import_module(f"{PACKAGE}.tasks.models").Task
User = import_module(f"{PACKAGE}.accounts.models").User

ADMIN = "Admin@Example.com"
PASSWORD = "correct horse battery"
NEXT_YEAR = datetime.now(UTC) + timedelta(days=365)

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email=ADMIN, verbosity=0)
    return User.objects.get()


@pytest.fixture
def admin(browser: Client, superuser: Any) -> Client:
    browser.force_login(superuser)
    return browser


@pytest.fixture(autouse=True)
def new_services() -> None:
    """Failures to sign in are counted anew in each test."""
    services.services.cache_clear()


def sign_in(browser: Client, email: str, password: str) -> Any:
    form = {"username": email, "password": password, "next": reverse("admin:index")}
    return browser.post(reverse("admin:login"), form)


def token_of(email: str) -> str:
    """A token, as the API gives it."""
    given = services.services()
    token: str = accounts.sign_in(
        given.throttle,
        schemas.SignIn(email=email, password=PASSWORD),
        client="198.51.100.1",
        ttl_seconds=60,
    ).access_token
    return token


@pytest.mark.parametrize("email", [ADMIN, ADMIN.lower(), ADMIN.upper()])
def test_one_signs_in_by_e_mail_address_in_whatever_case(
    browser: Client, superuser: Any, email: str
) -> None:
    assert superuser.email == ADMIN.lower()
    response = sign_in(browser, email, PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("admin:index"))
    assert "E-mail" not in browser.get(reverse("admin:index")).text


def test_a_wrong_password_is_refused_and_ten_are_enough(browser: Client, superuser: Any) -> None:
    for _ in range(10):
        assert "errornote" in sign_in(browser, ADMIN, "wrong").text
    assert "errornote" in sign_in(browser, ADMIN, PASSWORD).text


def test_who_is_no_longer_active_can_neither_sign_in_nor_use_a_token(
    browser: Client, superuser: Any
) -> None:
    headers = {"Authorization": f"Bearer {token_of(ADMIN)}"}
    assert browser.get("/api/v1/users/me", headers=headers).status_code == 200
    User.objects.update(is_active=False)
    assert "errornote" in sign_in(browser, ADMIN, PASSWORD).text
    assert browser.get("/api/v1/users/me", headers=headers).status_code == 401
    task = Task.objects.create(user=superuser, title="Water the plants")
    assert browser.get(f"/api/v1/tasks/{task.id}", headers=headers).status_code == 401


def test_other_ways_to_authenticate_are_not_ours(browser: Client) -> None:
    assert browser.login(sso_ticket="one") is False
    assert browser.login(username=ADMIN, password=PASSWORD) is False


def test_a_form_of_another_site_is_refused(superuser: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(superuser)
    response = browser.post(reverse("admin:tasks_task_add"), {"title": "Water the plants"})
    assert (response.status_code, response.headers["Content-Type"]) == (
        403,
        "application/problem+json",
    )
    assert Task.objects.count() == 0


def test_a_task_that_is_added_is_in_the_api(admin: Client, superuser: Any) -> None:
    form = {"title": "Water the plants", "user": superuser.id, "due_at_0": "", "due_at_1": ""}
    response = admin.post(reverse("admin:tasks_task_add"), form)
    assert response.status_code == 302, response.text
    page = admin.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token_of(ADMIN)}"})
    [task] = page.json()["items"]
    assert (task["title"], task["done"], task["due_at"]) == ("Water the plants", False, None)


def test_a_task_that_is_changed_says_when_and_one_that_is_only_saved_does_not(
    admin: Client, superuser: Any
) -> None:
    task = Task.objects.create(user=superuser, title="Water the plants")
    form = {"title": "Water them", "user": superuser.id, "done": "on"}
    page = reverse("admin:tasks_task_change", args=[task.id])
    assert admin.post(page, {**form, "due_at_0": "", "due_at_1": ""}).status_code == 302
    changed = Task.objects.get()
    assert (changed.title, changed.done) == ("Water them", True)
    assert changed.created_at == task.created_at
    assert changed.updated_at > task.updated_at
    assert admin.post(page, {**form, "due_at_0": "", "due_at_1": ""}).status_code == 302
    assert Task.objects.get().updated_at == changed.updated_at


QUERIES = {
    "all": ("", 2),
    "a word of the title": ("?q=water", 1),
    "an owner": ("?q=admin@", 2),
    "what is done": ("?done__exact=1", 1),
    "what is due": (f"?due_at__gte={NEXT_YEAR:%Y-%m-%d}%2000:00:00%2B00:00", 1),
    "this year's": (f"?created_at__year={datetime.now(UTC).year}", 2),
    "another year's": ("?created_at__year=2001", 0),
}


@pytest.mark.parametrize(("query", "count"), QUERIES.values(), ids=QUERIES.keys())
def test_tasks_are_searched_filtered_and_listed_by_date(
    admin: Client, superuser: Any, query: str, count: int
) -> None:
    Task.objects.create(user=superuser, title="Water the plants", done=True)
    Task.objects.create(user=superuser, title="Call Ada", due_at=NEXT_YEAR + timedelta(days=1))
    response = admin.get(reverse("admin:tasks_task_changelist") + query)
    assert response.status_code == 200
    assert response.context["cl"].result_count == count
    assert str(superuser) in response.text or not count


def test_an_address_may_say_the_title_of_a_new_task_but_no_time(admin: Client) -> None:
    response = admin.get(reverse("admin:tasks_task_add") + "?title=Water&due_at=x")
    assert response.status_code == 200
    assert 'value="Water"' in response.text


MALFORMED = {
    "no year": ("GET", "tasks/task/?created_at__year=9999", {}),
    "a year too long": ("GET", f"tasks/task/?created_at__year={'9' * 20}", {}),
    "no user": ("GET", "tasks/task/add/?user=x", {}),
    "no id": ("GET", "r/1/x/", {}),
    "a form with no user": ("POST", "tasks/task/add/", {"title": "Water", "user": "x"}),
    "no choice": ("POST", "tasks/task/", {"action": "delete_selected", "_selected_action": "x"}),
}


@pytest.mark.parametrize(("method", "path", "form"), MALFORMED.values(), ids=MALFORMED.keys())
def test_what_no_page_of_the_admin_would_send_is_refused_and_logged(
    admin: Client,
    capsys: pytest.CaptureFixture[str],
    method: str,
    path: str,
    form: dict[str, str],
) -> None:
    url = reverse("admin:index") + path
    response = admin.get(url) if method == "GET" else admin.post(url, form)
    assert (response.status_code, response.json()["status"]) == (400, 400)
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["event"] == "malformed request of the admin"
    assert "Traceback" in line["exception"]


def test_users_are_added_with_an_address_in_lower_case(admin: Client) -> None:
    form = {"email": "Ada@Example.com", "usable_password": "true"}
    passwords = {"password1": PASSWORD, "password2": PASSWORD}
    response = admin.post(reverse("admin:accounts_user_add"), {**form, **passwords})
    assert response.status_code == 302, response.text
    ada = User.objects.get(email="ada@example.com")
    assert ada.password.startswith("argon2$argon2id$")
    assert admin.get(reverse("admin:accounts_user_change", args=[ada.id])).status_code == 200
    users = admin.get(reverse("admin:accounts_user_changelist") + "?q=ADA")
    assert users.context["cl"].result_count == 1


def test_tokens_can_be_looked_at_and_revoked_only(admin: Client, superuser: Any) -> None:
    access_token = token_of(ADMIN)
    [token] = superuser.tokens.all()
    page = reverse("admin:accounts_token_change", args=[token.id])
    for url in (page, reverse("admin:accounts_token_changelist") + "?q=admin"):
        response = admin.get(url)
        assert response.status_code == 200
        assert str(token) in response.text
        assert access_token not in response.text
    assert admin.get(reverse("admin:accounts_token_add")).status_code == 403
    assert admin.post(page, {}).status_code == 403
    deletion = reverse("admin:accounts_token_delete", args=[token.id])
    assert admin.post(deletion, {"post": "yes"}).status_code == 302
    headers = {"Authorization": f"Bearer {access_token}"}
    assert admin.get("/api/v1/users/me", headers=headers).status_code == 401


def test_a_page_loads_only_what_its_policy_allows_and_what_is_there(admin: Client) -> None:
    response = admin.get(reverse("admin:tasks_task_changelist"))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    # With the service's own `no-referrer`, browsers would tell Django no origin of its forms.
    assert response.headers["Referrer-Policy"] == "same-origin"
    page = response.text
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(loaded) > 5
    for path in loaded:
        with closing(admin.get(path)) as file:
            assert file.status_code == 200, path
            assert "Access-Control-Allow-Origin" not in file.headers
    assert not re.search(r"<script(?![^>]* src=)(?![^>]* type=\"application/json\")", response.text)


def test_nobody_gets_in_without_signing_in(browser: Client) -> None:
    response = browser.get(reverse("admin:tasks_task_changelist"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))

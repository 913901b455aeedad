"""What is particular to Django: its handlers of errors, its middleware, its password hashes."""

import json
import logging
import threading
from importlib import import_module
from typing import Any

import pytest
from contract.project import PACKAGE
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.db.models import BigAutoField
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

accounts = import_module(f"{PACKAGE}.accounts.use_cases")
schemas = import_module(f"{PACKAGE}.schemas")
wsgi = import_module(f"{PACKAGE}.wsgi")
urls = import_module(f"{PACKAGE}.web.urls")
api = import_module(f"{PACKAGE}.web.api").api
schema = import_module(f"{PACKAGE}.web.schema")
domain_errors = import_module(f"{PACKAGE}.errors")
health = import_module(f"{PACKAGE}.health")
throttle = import_module(f"{PACKAGE}.throttle")
passwords = import_module(f"{PACKAGE}.passwords")
User = import_module(f"{PACKAGE}.accounts.models").User

PASSWORD = "correct horse battery"


class Views:
    """URLs of views, with the service's handlers of errors."""

    def __init__(self, **views: Any) -> None:
        self.urlpatterns = [
            path(f"{prefix}{name}", view) for name, view in views.items() for prefix in ("api/", "")
        ]
        self.handler400 = urls.handler400
        self.handler403 = urls.handler403
        self.handler404 = urls.handler404
        self.handler500 = urls.handler500


def failing_with(error: Exception) -> Any:
    def fail(_request: HttpRequest) -> HttpResponse:
        raise error

    return fail


ERRORS: dict[str, tuple[Exception, int]] = {
    "database": (OperationalError("the server is away"), 503),
    "forbidden": (PermissionDenied("said to nobody"), 403),
    "suspicious": (SuspiciousOperation("said to nobody"), 400),
    "mistake": (ZeroDivisionError("said to nobody"), 500),
}


@pytest.mark.parametrize("prefix", ["/api/", "/"])
@pytest.mark.parametrize("name", ERRORS)
def test_a_view_that_fails_is_a_problem_without_its_cause(
    browser: Client, prefix: str, name: str
) -> None:
    views = {name: failing_with(error) for name, (error, _) in ERRORS.items()}
    browser.raise_request_exception = False
    with override_settings(ROOT_URLCONF=Views(**views)):
        response = browser.get(f"{prefix}{name}")
    assert response.status_code == ERRORS[name][1]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["instance"] == f"{prefix}{name}"
    assert "nobody" not in response.text


@pytest.mark.parametrize("prefix", ["/api/", "/"])
def test_a_view_may_be_asynchronous(browser: Client, prefix: str) -> None:
    async def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("later")

    with override_settings(ROOT_URLCONF=Views(view=view)):
        assert browser.get(f"{prefix}view").text == "later"


def test_a_mistake_is_logged_with_its_traceback(
    browser: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.raise_request_exception = False
    with override_settings(ROOT_URLCONF=Views(mistake=failing_with(ZeroDivisionError("cause")))):
        browser.get("/mistake")
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["event"] == "Internal Server Error: /mistake"
    assert "ZeroDivisionError: cause" in line["exception"]


@pytest.mark.django_db
def test_in_development_django_shows_where_it_happened(browser: Client) -> None:
    debug_pages = f"{PACKAGE}.web.middleware.DebugPages"
    browser.raise_request_exception = False
    with override_settings(
        DEBUG=True,
        MIDDLEWARE=[debug_pages, *settings.MIDDLEWARE],
        ROOT_URLCONF=Views(mistake=failing_with(ZeroDivisionError("the cause"))),
    ):
        response = browser.get("/mistake", headers={"Accept": "text/html"})
        found = browser.get("/static/admin/css/base.css")
        unknown = browser.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert (response.status_code, found.status_code, unknown.status_code) == (500, 200, 404)
    found.close()
    assert "the cause" in response.text
    assert "style-src 'unsafe-inline'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in found.headers["Content-Security-Policy"]
    assert unknown.json()["detail"] == "There is nothing at this address."
    # The edge gives it the policy of all that is no page.
    assert "Content-Security-Policy" not in unknown.headers


REFUSED = {
    "the API": (("PUT", "/api/v1/users/me", {}), 405, {"Allow": "GET, HEAD"}),
    "an operator's": (("PUT", "/livez", {}), 405, {"Allow": "GET, HEAD"}),
    "without reading": (("PUT", "/api/v1/users", {}), 405, {"Allow": "POST"}),
    "a file": (("PUT", "/static/admin/js/core.js", {}), 405, {"Allow": "GET, HEAD"}),
    "no part of a file": (
        ("GET", "/static/admin/js/core.js", {"Range": "bytes=999999-"}),
        416,
        {"Content-Range": "bytes */"},
    ),
}


@pytest.mark.parametrize(("asked", "status", "headers"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_told_in_a_problem(
    browser: Client, asked: tuple[str, str, dict[str, str]], status: int, headers: dict[str, str]
) -> None:
    method, path, given = asked
    response = browser.generic(method, path, headers=given)
    assert (response.status_code, response.json()["status"]) == (status, status)
    for name, beginning in headers.items():
        assert response.headers[name].startswith(beginning)


ROUTES = {
    "/docs/app.js": "/docs/{name}",
    "/admin/accounts/user/1/change/": "/admin/accounts/user/{object_id}/change/",
    "/admin/accounts/": "/admin/{app_label}/",
    "/admin/nothing/": "/admin/{url}",
}


@pytest.mark.parametrize(("path", "route"), ROUTES.items(), ids=ROUTES.keys())
def test_requests_are_counted_by_their_routes(browser: Client, path: str, route: str) -> None:
    request = browser.get(path).wsgi_request
    assert request.META[wsgi.ROUTE] == route


@pytest.mark.django_db
def test_in_development_no_secret_is_logged_or_shown(
    browser: Client,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    browser.raise_request_exception = False
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    with override_settings(DEBUG=True), django_assert_num_queries(1):
        response = browser.get("/api/v1/users/me", headers={"Authorization": f"Token {PASSWORD}"})
        User.objects.filter(password="argon2$hash").first()
    assert response.status_code == 401
    output = capsys.readouterr().out
    assert PASSWORD not in output
    assert "argon2$hash" not in output
    with override_settings(DEBUG=True, ROOT_URLCONF=Views(mistake=failing_with(KeyError()))):
        page = browser.get("/mistake", headers={"Accept": "text/html"}).text
    assert "<td>DATABASES</td>" in page
    assert "DATABASE_URL" not in page.partition("<h2>Settings")[2]


def test_the_document_has_one_way_to_say_who_one_is() -> None:
    document = json.loads(schema.openapi_document(api))
    [scheme] = document["components"]["securitySchemes"].values()
    assert scheme == {"type": "http", "scheme": "bearer"}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["\0aaaaaaaaaaaaaaaa", "aaaaaaaa aaaaaaaa", "short"])
def test_a_session_that_django_cannot_have_made_is_not_looked_up(
    browser: Client, django_assert_num_queries: Any, key: str
) -> None:
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    with django_assert_num_queries(0):
        assert browser.get("/admin/").status_code == 302


def test_failures_to_sign_in_are_counted_without_redis_as_well() -> None:
    # Nobody listens there.
    counting = throttle.SignInThrottle("redis://127.0.0.1:1")
    for _ in range(10):
        counting.count_failure("ada@example.com", "198.51.100.1")
    with pytest.raises(domain_errors.TooManyAttempts):
        counting.check("ada@example.com", "198.51.100.1")


def test_a_database_that_hangs_is_asked_one_question_at_a_time() -> None:
    class Hanging:
        asked = 0
        answer = threading.Event()

        def ping(self) -> None:
            self.asked += 1
            self.answer.wait()

    database = Hanging()
    readiness = health.Readiness(database)
    assert [readiness.checks() for _ in range(2)] == [{"database": "unavailable"}] * 2
    assert database.asked == 1
    database.answer.set()


@pytest.mark.django_db
def test_a_hash_with_other_settings_is_renewed_when_the_password_is_used() -> None:
    user = User.objects.create_user("ada@example.com", PASSWORD)
    assert "$m=19456,t=2,p=1$" in user.password

    hasher = passwords.Argon2idPasswordHasher()
    hasher.time_cost = 1
    user.password = hasher.encode(PASSWORD, hasher.salt())
    assert user.check_password(PASSWORD)
    assert "$m=19456,t=2,p=1$" in User.objects.get().password


@pytest.mark.django_db
def test_an_address_that_is_taken_leaves_the_transaction_around_it_as_it_is() -> None:
    credentials = schemas.Credentials(email="ada@example.com", password=PASSWORD)
    accounts.register(credentials)
    with pytest.raises(domain_errors.Conflict):
        accounts.register(credentials)
    assert User.objects.count() == 1


def test_a_table_without_a_key_of_its_own_counts_in_64_bits() -> None:
    assert isinstance(User.groups.through._meta.pk, BigAutoField)


@pytest.mark.django_db
def test_a_user_without_a_password_cannot_use_one() -> None:
    user = User.objects.create_user("ada@example.com")
    assert not user.has_usable_password()
    assert not user.check_password("")

"""Errors: whatever a view raises is answered with a problem, or in development with a page."""

import logging.config

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import DjangoAssertNumQueries, Settings

from {{ cookiecutter.__package_name }}.accounts.models import User
from {{ cookiecutter.__package_name }}.infrastructure.edge.policy import (
    DEFAULT_HEADERS,
)
from {{ cookiecutter.__package_name }}.web import urls

pytestmark = pytest.mark.urls(__name__)

ERRORS: dict[str, tuple[Exception, int]] = {
    "database": (OperationalError("said to nobody"), 503),
    "forbidden": (PermissionDenied("said to nobody"), 403),
    "suspicious": (SuspiciousOperation("said to nobody"), 400),
    "mistake": (ZeroDivisionError("said to nobody"), 500),
}


def fail(_request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name][0]


async def answer_later(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("later")


def who_asks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user))


urlpatterns = [
    *urls.urlpatterns,
    path("docs-internal/", who_asks),
    *(path(f"{prefix}later", answer_later) for prefix in ("", "api/")),
    *(path(f"{prefix}fail/<name>", fail) for prefix in ("", "api/")),
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("prefix", ["/api/", "/"])
@pytest.mark.parametrize("name", ERRORS)
def test_a_view_that_fails_is_a_problem_without_its_cause(
    client: Client, prefix: str, name: str
) -> None:
    response = client.get(f"{prefix}fail/{name}")
    assert response.status_code == ERRORS[name][1]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["instance"] == f"{prefix}fail/{name}"
    assert "nobody" not in response.text


# The policy of all that is no page.
NO_PAGE = dict(DEFAULT_HEADERS)["content-security-policy"]
# What a browser asks for.
PAGE = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("name", ERRORS)
def test_who_reads_pages_is_told_so_in_one(client: Client, name: str) -> None:
    response = client.get(f"/fail/{name}", headers=PAGE)
    assert response.status_code == ERRORS[name][1]
    assert response.headers["Content-Type"].startswith("text/html")
    assert f"<title>{ERRORS[name][1]}</title>" in response.text
    assert "nobody" not in response.text


def test_the_api_answers_browsers_as_it_answers_programs(client: Client) -> None:
    response = client.get("/api/v1/nothing", headers=PAGE)
    assert (response.status_code, response.json()["status"]) == (404, 404)


def test_a_page_beside_the_documentation_is_a_page(client: Client) -> None:
    assert client.get("/docs-internal/").text == "AnonymousUser"


@pytest.mark.parametrize("prefix", ["/api/", "/"])
def test_a_view_may_be_asynchronous(client: Client, prefix: str) -> None:
    assert client.get(f"{prefix}later").text == "later"


def test_a_mistake_is_logged_with_its_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/fail/mistake")
    [record] = caplog.records
    assert record.getMessage() == "Internal Server Error: /fail/mistake"
    assert "ZeroDivisionError: said to nobody" in caplog.text


REFUSED = {
    "the API": (("PUT", "/api/v1/tokens/current", {}), 405, {"Allow": "DELETE"}),
    "an operator's": (("PUT", "/livez", {}), 405, {"Allow": "GET, HEAD"}),
    "a page": (("POST", "/", {}), 405, {"Allow": "GET, HEAD"}),
    "without reading": (("PUT", "/api/v1/password-resets", {}), 405, {"Allow": "POST"}),
    "a file": (("PUT", "/static/admin/js/core.js", {}), 405, {"Allow": "GET, HEAD"}),
    "no part of a file": (
        ("GET", "/static/admin/js/core.js", {"Range": "bytes=999999-"}),
        416,
        {"Content-Range": "bytes */"},
    ),
    "nothing": (("GET", "/nowhere", {}), 404, {}),
    "nothing of the API": (("GET", "/api/v1/nothing", {}), 404, {}),
}


@pytest.mark.parametrize(("asked", "status", "headers"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_told_in_a_problem(
    client: Client, asked: tuple[str, str, dict[str, str]], status: int, headers: dict[str, str]
) -> None:
    method, path, given = asked
    response = client.generic(method, path, headers=given)
    assert (response.status_code, response.json()["status"]) == (status, status)
    for name, beginning in headers.items():
        assert response.headers[name].startswith(beginning)


def test_what_is_there_for_get_is_there_for_head(client: Client) -> None:
    response = client.put("/api/v1/users/me")
    assert sorted(response.headers["Allow"].split(", ")) == ["DELETE", "GET", "HEAD"]


def test_in_development_django_shows_where_it_happened(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    response = client.get("/fail/mistake", headers={"Accept": "text/html"})
    assert response.status_code == 500
    assert "said to nobody" in response.text
    assert "style-src 'self' 'unsafe-inline'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "<td>DATABASES</td>" in response.text
    assert "DATABASE_URL" not in response.text.partition("<h2>Settings")[2]


@pytest.mark.django_db
def test_in_development_all_else_is_as_it_is_elsewhere(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    found = client.get("/static/admin/css/base.css")
    assert found.status_code == 200
    found.close()
    assert found.headers["Content-Security-Policy"] == NO_PAGE
    unknown = client.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert unknown.json()["detail"] == "There is nothing at this address."
    assert unknown.headers["Content-Security-Policy"] == NO_PAGE


@pytest.mark.django_db
def test_in_development_no_secret_is_logged(
    client: Client,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.DEBUG = True
    all_of_it = {"level": "DEBUG", "handlers": ["stdout"]}
    logging.config.dictConfig({**settings.LOGGING, "root": all_of_it})
    with django_assert_num_queries(1):
        response = client.get("/api/v1/users/me", headers={"Authorization": "Token a-secret"})
        User.objects.filter(password="argon2$hash").first()
    assert response.status_code == 401
    logged = capsys.readouterr().out
    assert "/api/v1/users/me" in logged
    assert "a-secret" not in logged
    assert "argon2$hash" not in logged

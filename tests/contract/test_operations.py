"""What operators and people look at: health, the front page, and the documentation."""

import re
from contextlib import ExitStack
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from .pages import Page, Policy, stylesheet_urls
from .project import Project
from .service import Service
from .wire import read_response

CREDENTIALS = {"Authorization": "Bearer nonsense"}
PATHS = ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/"]


def test_it_says_that_it_lives(client: httpx.Client) -> None:
    response = client.get("/livez")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"status": "ok"}


def test_it_says_that_it_is_ready(client: httpx.Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    checks = {**body["checks"], "database": "ok", "migrations": "ok"}
    assert body == {"status": "ok", "checks": checks}
    assert set(checks.values()) == {"ok"}


def test_it_is_ready_however_many_ask_at_once(service: Service) -> None:
    with ExitStack() as stack:
        askers = [stack.enter_context(service.socket()) for _ in range(24)]
        for _ in range(30):
            # All of them before one is answered: no client of this machine's would be so quick.
            for asker in askers:
                asker.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answers = [read_response(asker) for asker in askers]
            assert {answer.status_code for answer in answers if answer} == {200}


@pytest.mark.parametrize("path", PATHS)
def test_no_credentials_are_asked_for(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.get(path, headers=CREDENTIALS).status_code == 200


def page_at(client: httpx.Client, path: str) -> tuple[Page, Policy]:
    response = client.get(path)
    assert response.status_code == 200
    # With or without the space, in capitals or not, it is the same.
    media_type = response.headers["Content-Type"].replace(" ", "").lower()
    assert media_type == "text/html;charset=utf-8"
    return Page(response.text), Policy(response.headers["Content-Security-Policy"])


def test_the_front_page_names_the_service_and_leads_on(
    client: httpx.Client, project: Project
) -> None:
    page, _ = page_at(client, "/")
    assert client.get("/openapi.json").json()["info"]["title"] in page.text
    assert project.version in page.text
    assert {"/docs", "/readyz"} <= {urlsplit(urljoin("/", link)).path for link in page.links}
    # That is for whoever develops it, see `test_development`.
    assert "What next?" not in page.text


def test_the_front_page_has_a_look_by_day_and_by_night(client: httpx.Client) -> None:
    page, _ = page_at(client, "/")
    sheets = files([item for item in page.loaded if item[0] == "style-src"], "/")
    looks = [client.get(sheet) for sheet in sheets]
    assert [look.headers["Content-Type"].replace(" ", "") for look in looks] == [
        "text/css;charset=utf-8"
    ]
    assert "color-scheme: light dark" in looks[0].text


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_nothing_from_another_host(client: httpx.Client, path: str) -> None:
    page, policy = page_at(client, path)
    assert policy.other_hosts() == []
    assert policy.sources("default-src") != ["*"]
    for _, url in page.loaded:
        assert is_local(url), url
    for _, css in styles(client, page, path):
        assert all(is_local(url) for url in stylesheet_urls(css))


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_all_that_a_page_loads_is_there_and_allowed(client: httpx.Client, path: str) -> None:
    page, policy = page_at(client, path)
    for directive, url in page.loaded:
        assert ("data:" if url.startswith("data:") else "'self'") in policy.sources(directive), url
    for directive, nonce, text in page.inline:
        assert policy.allows_inline(directive, nonce, text), text[:80]
    assert page.handlers == [] or "'unsafe-inline'" in policy.sources("script-src")
    for url in files(page.loaded, path):
        assert client.get(url).status_code == 200, url
    for base, css in styles(client, page, path):
        for url in stylesheet_urls(css):
            assert url.startswith("data:") or client.get(urljoin(base, url)).status_code == 200


def test_what_the_documentation_loads_may_be_kept_and_the_page_not(client: httpx.Client) -> None:
    page, _ = page_at(client, "/docs")
    kept = {client.get(url).headers["Cache-Control"] for url in files(page.loaded, "/docs")}
    assert len(kept) == 1
    assert re.fullmatch(r"public, max-age=[1-9]\d{2,}", kept.pop())
    assert client.get("/docs").headers["Cache-Control"] == "no-store"


def test_the_documentation_is_about_the_document(client: httpx.Client) -> None:
    page, policy = page_at(client, "/docs")
    scripts = [text for directive, _, text in page.inline if directive == "script-src"]
    loaded = files([item for item in page.loaded if item[0] == "script-src"], "/docs")
    sources = [*scripts, *(client.get(url).text for url in loaded), *page.links, page.text]
    assert any("openapi.json" in source or "/api/v1/users" in source for source in sources)
    if scripts or loaded:
        assert "'self'" in policy.sources("connect-src")


def is_local(url: str) -> bool:
    return url.startswith("data:") or urlsplit(url)[:2] == ("", "")


def files(loaded: list[tuple[str, str]], page: str) -> list[str]:
    return [urljoin(page, url) for _, url in loaded if not url.startswith("data:")]


def styles(client: httpx.Client, page: Page, path: str) -> list[tuple[str, str]]:
    """Each style sheet with the path that its URLs are relative to."""
    sheets = files([item for item in page.loaded if item[0] == "style-src"], path)
    inline = [(path, text) for directive, _, text in page.inline if directive == "style-src"]
    return [*inline, *((sheet, client.get(sheet).text) for sheet in sheets)]

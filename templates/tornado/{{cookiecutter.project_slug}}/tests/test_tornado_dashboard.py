"""The dashboard: sessions, XSRF, languages, and what happens as it happens."""

import csv
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.client import Account
from contract.pages import Page, Policy
from contract.problems import assert_problem, assert_unauthorized
from contract.project import PACKAGE
from contract.service import Service
from contract.sign_ins import client_from, new_client_address
from contract.sockets import close_code
from contract.tasks import create_task
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

DASHBOARD, SIGN_IN, SIGN_OUT = "/dashboard", "/dashboard/sign-in", "/dashboard/sign-out"
GERMAN = {"Accept-Language": "de-AT, en;q=0.5"}
WEB = Path(import_module(f"{PACKAGE}.web").__file__ or "").parent


def xsrf(page: str) -> str:
    [token] = re.findall(r'name="_xsrf" value="([^"]+)"', page)
    return str(token)


def submit(client: httpx.Client, account: Account, path: str = SIGN_IN) -> httpx.Response:
    """Fill in the form, and send it."""
    form = {
        "email": account.email,
        "password": account.password,
        "_xsrf": xsrf(client.get(path).text),
    }
    return client.post(path, data=form)


@pytest.fixture
def browser(client: httpx.Client, account: Account) -> httpx.Client:
    """A client that is signed in to the dashboard, as the account of this test."""
    assert submit(client, account).status_code == 303
    return client


def cookies(response: httpx.Response) -> dict[str, set[str]]:
    """The flags of each cookie that is set."""
    headers = response.headers.get_list("Set-Cookie")
    return {header.partition("=")[0]: set(header.split("; ")[1:]) for header in headers}


def test_a_stranger_is_led_to_the_form_and_back(client: httpx.Client, account: Account) -> None:
    response = client.get(DASHBOARD)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{SIGN_IN}?next=%2Fdashboard"
    response = submit(client, account, response.headers["Location"])
    assert (response.status_code, response.headers["Location"]) == (303, DASHBOARD)
    assert account.email in client.get(DASHBOARD).text


@pytest.mark.parametrize("path", ["//example.org/a", "https://example.org", "/\\example.org", "x"])
def test_the_form_leads_to_no_other_site(client: httpx.Client, account: Account, path: str) -> None:
    response = submit(client, account, f"{SIGN_IN}?next={path}")
    assert response.headers["Location"] == DASHBOARD


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_is_told_in_the_form(
    client: httpx.Client, account: Account, known: bool
) -> None:
    form = {"email": account.email if known else '"><b>', "password": "wrong"}
    response = client.post(SIGN_IN, data={**form, "_xsrf": xsrf(client.get(SIGN_IN).text)})
    assert response.status_code == 403
    assert "The e-mail address or the password is wrong." in response.text
    assert "<b>" not in response.text
    assert "session" not in cookies(response)


def test_after_many_failures_the_form_says_when_to_come_back(
    configured_service: Service,
) -> None:
    with client_from(configured_service, new_client_address()) as client:
        form = {"email": "ada@example.com", "password": "wrong"}
        form["_xsrf"] = xsrf(client.get(SIGN_IN).text)
        responses = [client.post(SIGN_IN, data=form) for _ in range(11)]
    assert [response.status_code for response in responses] == [403] * 10 + [429]
    assert 1 <= int(responses[-1].headers["Retry-After"]) <= 60
    assert "Too many failed attempts; try again later." in responses[-1].text


@pytest.mark.parametrize("path", [SIGN_IN, SIGN_OUT])
def test_a_form_of_another_site_is_refused(browser: httpx.Client, path: str) -> None:
    assert_problem(browser.post(path, data={"email": "x", "password": "y"}), 403)
    assert browser.get(DASHBOARD).status_code == 200


def test_who_is_not_signed_in_can_not_sign_out(client: httpx.Client) -> None:
    form = {"_xsrf": xsrf(client.get(SIGN_IN).text)}
    assert_problem(client.post(SIGN_OUT, data=form), 403)


def test_cookies_are_for_no_scripts_and_no_other_sites(
    client: httpx.Client, account: Account
) -> None:
    page = client.get(SIGN_IN)
    assert {"HttpOnly", "SameSite=Lax"} <= cookies(page)["_xsrf"]
    flags = cookies(submit(client, account))["session"]
    assert {"HttpOnly", "SameSite=Lax"} <= flags
    assert "Secure" not in flags


def test_over_https_a_cookie_is_for_https_only(configured_service: Service) -> None:
    with configured_service.client() as client:
        page = client.get(SIGN_IN, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in cookies(page)["_xsrf"]


def test_the_cookie_holds_no_token_and_can_not_be_forged(
    browser: httpx.Client, service: Service
) -> None:
    cookie = browser.cookies["session"]
    with service.client() as client:
        client.cookies["session"] = cookie.replace("session", "sessiom")
        assert client.get(DASHBOARD).status_code == 302
        client.cookies["session"] = cookie
        assert client.get(DASHBOARD).status_code == 200


def test_after_signing_out_the_cookie_is_worth_nothing(
    browser: httpx.Client, service: Service
) -> None:
    cookie = browser.cookies["session"]
    response = browser.post(SIGN_OUT, data={"_xsrf": xsrf(browser.get(DASHBOARD).text)})
    assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN)
    assert "session" not in browser.cookies
    with service.client() as client:
        client.cookies["session"] = cookie
        assert client.get(DASHBOARD).status_code == 302


def test_the_api_does_not_heed_the_cookie(browser: httpx.Client) -> None:
    assert_unauthorized(browser.get("/api/v1/tasks"))


def test_one_s_tasks_are_shown_escaped(browser: httpx.Client, own_api: httpx.Client) -> None:
    create_task(own_api, "<script>alert(1)</script>")
    text = browser.get(DASHBOARD).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_the_page_loads_only_what_it_is_allowed_to(browser: httpx.Client) -> None:
    response = browser.get(DASHBOARD)
    page, policy = Page(response.text), Policy(response.headers["Content-Security-Policy"])
    assert policy.other_hosts() == []
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
    assert page.inline == []
    files = [url for _, url in page.loaded if not url.startswith("data:")]
    assert {url.partition("?")[0] for url in files} == {
        "/static/dashboard.css",
        "/static/dashboard.js",
    }
    for url in files:
        first = browser.get(url)
        assert first.status_code == 200
        assert "max-age" in first.headers["Cache-Control"]
        again = browser.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["none.js", "", "..%2fapp.py", "%00", "%ff"])
def test_what_is_no_static_file_is_not_found(client: httpx.Client, path: str) -> None:
    assert_problem(client.get(f"/static/{path}"), 404)


def test_a_static_file_is_sent_as_a_whole(client: httpx.Client) -> None:
    response = client.get("/static/dashboard.js", headers={"Range": "bytes=9999999-"})
    assert response.status_code == 200


def test_the_browser_says_the_language(browser: httpx.Client, own_api: httpx.Client) -> None:
    create_task(own_api, "x", due_at="2031-05-06T07:08:09Z")
    english, german = (browser.get(DASHBOARD, headers=h).text for h in ({}, GERMAN))
    assert '<html lang="en-US">' in english
    assert "due May 6, 2031 at 7:08 am" in english
    assert '<html lang="de">' in german
    assert "fällig am 6. Mai 2031 um 7:08" in german


def test_each_text_is_translated() -> None:
    sources = [*WEB.glob("templates/*.html"), WEB / "dashboard.py"]
    text = "\n".join(source.read_text("utf-8") for source in sources)
    used = set(re.findall(r"""\b_\((?:"|')(.+?)(?:"|')\)""", text))
    used |= set(re.findall(r'self\._refuse\(.+, "(.+)"\)', text))
    with (WEB / "translations" / "de.csv").open(encoding="utf-8", newline="") as file:
        translations = {row[0]: row[1] for row in csv.reader(file)}
    assert used <= set(translations)
    # The rest is Tornado's: how it writes dates.
    assert not {key for key in translations if key not in used and "%" not in key and " " in key}


def open_page(service: Service, browser: httpx.Client, **headers: str) -> ClientConnection:
    """The WebSocket of a German page, as the page's script opens it."""
    [path] = re.findall(r'data-events="([^"]+)"', browser.get(DASHBOARD, headers=GERMAN).text)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return connect(
        f"ws://127.0.0.1:{service.port}{path}",
        proxy=None,
        additional_headers={"Cookie": cookie, **headers},
        close_timeout=2,
    )


@pytest.fixture
def page(service: Service, browser: httpx.Client, own_api: httpx.Client) -> Iterator[Any]:
    create_task(own_api, "first")
    with open_page(service, browser) as socket:
        yield socket


def hear(socket: ClientConnection) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(socket.recv(timeout=5))
    return event


def test_the_page_hears_what_happens_in_its_language(
    page: ClientConnection, own_api: httpx.Client
) -> None:
    ready = hear(page)
    assert ready["type"] == "ready"
    assert ready["html"].count("<li") == 1
    assert "first" in ready["html"]
    task = create_task(own_api, "<i>second</i>")
    own_api.patch(f"/api/v1/tasks/{task['id']}", json={"done": True})
    own_api.delete(f"/api/v1/tasks/{task['id']}")
    events = [hear(page) for _ in range(3)]
    assert [event["type"] for event in events] == ["task.created", "task.updated", "task.deleted"]
    assert {event["id"] for event in events} == {task["id"]}
    assert f'<li id="task-{task["id"]}">' in events[0]["html"]
    assert "&lt;i&gt;second&lt;/i&gt;" in events[0]["html"]
    assert "erledigt" in events[1]["html"]


def test_signing_out_closes_the_page_s_socket(
    page: ClientConnection, browser: httpx.Client
) -> None:
    hear(page)
    browser.post(SIGN_OUT, data={"_xsrf": xsrf(browser.get(DASHBOARD).text)})
    assert close_code(page, within=30) == 4401


def test_a_page_of_another_origin_hears_nothing(service: Service, browser: httpx.Client) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_page(service, browser, Origin="https://example.org")
    assert refused.value.response.status_code == 403


def test_a_stranger_hears_nothing(service: Service) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{service.port}/dashboard/events", proxy=None)
    assert refused.value.response.status_code == 401

"""The page of one's account: signing in and out, and what nobody else can do about it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from browser import CREDENTIALS, WRONG, Browser, client_of
from conftest import MakeApp
from pydantic import SecretStr
from sqlalchemy import text

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database import (
    PRODUCTION_DATABASES,
)
from {{ cookiecutter.__package_name }}.web.app import (
    Application,
    create_app,
)

OTHER = "another horse battery"


@pytest.fixture
def app(make_app: MakeApp) -> Application:
    """With a user."""
    app = make_app()
    assert client_of(app).post("/api/v1/users", json=CREDENTIALS).status_code == 201
    return app


@pytest.fixture
def browser(app: Application) -> Browser:
    return Browser(app)


def is_signed_in(response: httpx.Response) -> bool:
    return "Sign out" in response.text


def test_who_is_not_signed_in_gets_a_form(browser: Browser) -> None:
    page = browser.look()
    assert page.status_code == 200
    assert 'type="password"' in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert not is_signed_in(page)


def test_the_right_password_signs_in(browser: Browser) -> None:
    page = browser.sign_in()
    [redirect] = page.history
    assert redirect.status_code == 303
    assert redirect.headers["Location"] == "http://testserver/account"
    assert page.status_code == 200
    assert is_signed_in(page)
    assert "<strong>ada@example.com</strong>" in page.text
    assert is_signed_in(browser.look())


def test_a_wrong_password_does_not_sign_in(browser: Browser) -> None:
    page = browser.submit("sign_in", email='"><b>', password="wrong")
    assert page.status_code == 401
    assert "The e-mail address or the password is wrong." in page.text
    assert "&#34;&gt;&lt;b&gt;" in page.text
    assert not is_signed_in(browser.look())


@pytest.mark.parametrize("path", ["/account/sign_in", "/account/sign_out"])
def test_who_reloads_where_a_form_has_led_is_led_to_the_page(browser: Browser, path: str) -> None:
    page = browser.client.get(path)
    assert (page.status_code, page.url.path) == (200, "/account")


@pytest.mark.parametrize(
    "fields",
    [{}, {"email": ["a", "b"], "password": "x"}, {"email": "a\0b", "password": "x"}],
    ids=["nothing", "two addresses", "NUL"],
)
def test_odd_credentials_are_wrong_ones(browser: Browser, fields: dict[str, Any]) -> None:
    assert browser.submit("sign_in", **fields).status_code == 401


def test_failures_are_counted_together_with_those_of_the_api(app: Application) -> None:
    browser = Browser(app)
    client = client_of(app)
    for _ in range(5):
        assert client.post("/api/v1/tokens", json=WRONG).status_code == 401
        assert browser.submit("sign_in", **WRONG).status_code == 401
    page = browser.sign_in()
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Too many attempts; try again later." in page.text
    assert not is_signed_in(browser.look())


def test_a_form_without_the_browser_s_token_is_refused(app: Application, browser: Browser) -> None:
    other = Browser(app)
    for fields in (
        {},
        {"csrf_token": ""},
        {"csrf_token": other.csrf_token()},
        {"csrf_token": [browser.csrf_token()] * 2},
    ):
        response = browser.client.post("/account/sign_in", data={**CREDENTIALS, **fields})
        assert response.status_code == 403
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "This form is not, or no longer, yours; load the page anew." in response.text
    assert not is_signed_in(browser.look())


@pytest.mark.parametrize("cookies", [{}, {"csrf_token": ""}], ids=["none", "empty"])
def test_a_form_without_the_token_s_cookie_is_refused(
    app: Application, cookies: dict[str, str]
) -> None:
    client = client_of(app, cookies=cookies)
    response = client.post("/account/sign_in", data={**CREDENTIALS, "csrf_token": ""})
    assert response.status_code == 403


def test_a_form_can_be_sent_though_the_page_was_opened_again(browser: Browser) -> None:
    form = {**CREDENTIALS, "csrf_token": browser.csrf_token()}
    browser.look()
    assert is_signed_in(browser.client.post("/account/sign_in", data=form))


def test_signing_out_needs_the_token_as_well(browser: Browser) -> None:
    browser.sign_in()
    assert browser.client.post("/account/sign_out", data={}).status_code == 403
    assert is_signed_in(browser.look())


def test_signing_out_ends_the_access_token(app: Application, browser: Browser) -> None:
    browser.sign_in()
    token = browser.token
    assert not is_signed_in(browser.submit("sign_out"))
    assert not is_signed_in(client_of(app, cookies={"access_token": token}).get("/account"))
    assert "access_token" not in browser.client.cookies
    with app.services.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM tokens")) == 0


@pytest.mark.parametrize("form", ["sign_out", "sign_out_everywhere", "change_password"])
def test_who_is_signed_out_already_is_led_to_the_page(browser: Browser, form: str) -> None:
    page = browser.submit(form)
    assert (page.status_code, page.url.path) == (200, "/account")


def test_one_signs_out_everywhere(app: Application, browser: Browser) -> None:
    other = Browser(app)
    other.sign_in()
    browser.sign_in()
    assert not is_signed_in(browser.submit("sign_out_everywhere"))
    assert not is_signed_in(other.look())


def test_a_password_is_changed_and_others_are_signed_out(
    app: Application, browser: Browser
) -> None:
    other = Browser(app)
    other.sign_in()
    browser.sign_in()
    change = {"current_password": CREDENTIALS["password"], "new_password": OTHER}
    page = browser.submit("change_password", **change)
    assert "Your password is changed." in page.text
    assert is_signed_in(browser.look())
    assert not is_signed_in(other.look())
    assert other.sign_in().status_code == 401


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"current_password": "wrong"}, "This is not your current password."),
        ({"new_password": "password1234"}, "Please choose a password"),
        ({"new_password": "short"}, "Please choose a password"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(
    browser: Browser, change: dict[str, str], said: str
) -> None:
    browser.sign_in()
    given = {"current_password": CREDENTIALS["password"], "new_password": OTHER, **change}
    page = browser.submit("change_password", **given)
    assert page.status_code == 422
    assert f'<p role="alert">{said}' in page.text
    assert is_signed_in(page)


def test_who_signs_up_or_has_forgotten_the_password_gets_no_cookie(app: Application) -> None:
    for path in ("/account/sign-up", "/account/forgot-password"):
        page = client_of(app).get(path)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers


def test_a_token_that_is_worth_nothing_any_more_signs_out(
    app: Application, browser: Browser
) -> None:
    browser.sign_in()
    with app.services.database.write() as session:
        session.execute(text("DELETE FROM tokens"))
    assert not is_signed_in(browser.look())


@pytest.mark.parametrize("token", ["0" * 43, "%00", "\\303", '"a'])
def test_a_token_that_nobody_was_given_signs_nobody_in(app: Application, token: str) -> None:
    page = client_of(app, headers={"Cookie": f"access_token={token}"}).get("/account")
    assert page.status_code == 200
    assert not is_signed_in(page)


def cookies(page: httpx.Response) -> Iterator[tuple[str, set[str]]]:
    """The cookies that a page sets: the name of each and its attributes."""
    for cookie in page.headers.get_list("Set-Cookie"):
        value, *attributes = cookie.split("; ")
        yield value.partition("=")[0], set(attributes)


def test_the_cookies_are_not_for_scripts_nor_for_other_sites(browser: Browser) -> None:
    [signed_in] = browser.sign_in().history
    given = dict([*cookies(browser.look()), *cookies(signed_in)])
    assert set(given) == {"access_token", "csrf_token"}
    for attributes in given.values():
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
        assert "Secure" not in attributes


def test_in_production_the_cookies_are_for_https_and_this_host_only() -> None:
    url = SecretStr(f"{PRODUCTION_DATABASES[0]}:///nowhere")
    settings = Settings(app_env="production", database_url=url)
    given = dict(cookies(client_of(create_app(settings)).get("/account")))
    assert set(given) == {"__Host-csrf_token"}
    for attributes in given.values():
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
        assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_who_does_not_look_at_the_page_gets_no_cookie(app: Application) -> None:
    for path in ("/", "/livez", "/api/v1/users/me"):
        assert "Set-Cookie" not in client_of(app).get(path).headers

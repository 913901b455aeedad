"""The pages of accounts: what a browser does without JavaScript."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from .client import new_email, new_password, sign_in
from .mails import PUBLIC_URL, Mails, link_in
from .pages import Page, Policy
from .problems import assert_problem
from .service import Service
from .sign_ins import assert_too_many

SIGN_UP, FORGOT = "/account/sign-up", "/account/forgot-password"


class Form(HTMLParser):
    """The form of a page, what the page says, and where it leads."""

    is_there = False

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action = ""
        self.said: dict[str, str] = {}
        self.links: list[str] = []
        self._role = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            assert given["method"].lower() == "post"
            self.action = given.get("action", "")
            self.is_there = True
        if tag == "a":
            self.links.append(given["href"])
        if tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        self._role = given.get("role", "")

    def handle_data(self, data: str) -> None:
        if self._role and data.strip():
            self.said[self._role] = self.said.get(self._role, "") + data.strip()


def submit(client: httpx.Client, path: str, status: int = 200, **filled: str) -> Form:
    """What the form at a path leads to, once it is filled in as a browser sends it."""
    shown = client.get(path)
    assert shown.status_code == 200
    assert_page(shown)
    form = Form(shown.text)
    assert filled.keys() <= form.fields.keys()
    done = client.post(urljoin(path, form.action), data=form.fields | filled)
    assert done.status_code == status, done.text
    assert_page(done)
    return Form(done.text)


def closed(client: httpx.Client, path: str, status: int) -> Form:
    """A page where there is nothing to fill in, and what it says."""
    shown = client.get(path)
    assert shown.status_code == status
    assert_page(shown)
    form = Form(shown.text)
    assert not form.is_there
    assert form.said["alert"]
    return form


def assert_page(response: httpx.Response) -> None:
    """Check that it is a page which sends its form to nobody else, and runs no script."""
    assert response.headers["Content-Type"].lower().replace(" ", "") == "text/html;charset=utf-8"
    policy = Policy(response.headers["Content-Security-Policy"])
    assert policy.directives["form-action"] == ["'self'"]
    assert "<script" not in response.text


@pytest.fixture
def browser(somebody: httpx.Client) -> httpx.Client:
    """A client that keeps cookies, and says where a form comes from."""
    somebody.headers.update({"Accept": "text/html", "Origin": str(somebody.base_url).rstrip("/")})

    def send_cookies(request: httpx.Request) -> None:
        # Browsers send those that are for https, too, to this machine, by whatever it is asked.
        kept = [f"{cookie.name}={cookie.value}" for cookie in somebody.cookies.jar]
        request.headers["Cookie"] = "; ".join(kept)

    somebody.event_hooks["request"].append(send_cookies)
    return somebody


def path_of(link: str) -> str:
    """The path of a link in a mail, as the service gets it from the proxy that is at PUBLIC_URL."""
    return urlsplit(link).path.removeprefix(urlsplit(PUBLIC_URL).path)


def test_one_signs_up_verifies_forgets_and_resets(browser: httpx.Client, mails: Mails) -> None:
    email, password, another = new_email(), new_password(), new_password()
    assert "status" in submit(browser, SIGN_UP, email=email, password=password).said
    verify = path_of(link_in(mails.next_to(email)))
    assert "status" in submit(browser, verify).said
    closed(browser, verify, 404)
    assert "status" in submit(browser, FORGOT, email=email).said
    reset = path_of(link_in(mails.next_to(email, after=1)))
    assert "alert" in submit(browser, reset, 422, new_password="password1234").said
    assert "status" in submit(browser, reset, new_password=another).said
    again = {"new_password": another, **token_of(browser)}
    assert browser.post(reset, data=again).status_code == 404
    # Who comes too late is led to where another link is to be had.
    assert FORGOT in [urljoin(reset, link) for link in closed(browser, reset, 404).links]
    token = sign_in(browser, email, another)
    me = browser.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert me["email_verified_at"]


def test_what_is_wrong_is_said_and_what_was_filled_in_stays(browser: httpx.Client) -> None:
    email, password = new_email(), new_password()
    refused = submit(browser, SIGN_UP, 422, email=email, password="short")
    assert refused.said["alert"]
    assert refused.fields["email"] == email
    assert refused.fields["password"] == ""
    submit(browser, SIGN_UP, email=email, password=password)
    assert submit(browser, SIGN_UP, 409, email=email, password=password).said["alert"]


def test_nothing_that_is_filled_in_becomes_html(browser: httpx.Client) -> None:
    evil = '"><script>alert(1)</script>'
    given = {"email": evil, "password": "short", **token_of(browser)}
    page = browser.post(SIGN_UP, data=given)
    assert page.status_code == 422
    # In quotes, `<` is no more than a character.
    assert Page(page.text).inline == []
    assert Form(page.text).fields["email"] == evil


def token_of(browser: httpx.Client) -> dict[str, str]:
    """What a form has against others' forms, where it has something."""
    fields = Form(browser.get(SIGN_UP).text).fields
    return {name: value for name, value in fields.items() if name not in {"email", "password"}}


def test_nobody_learns_here_who_has_an_account(browser: httpx.Client) -> None:
    email = new_email()
    submit(browser, SIGN_UP, email=email, password=new_password())
    known = submit(browser, FORGOT, email=email)
    unknown = submit(browser, FORGOT, email=new_email())
    assert known.said == unknown.said


def test_who_asks_too_often_is_told_when_to_try_again(browser: httpx.Client) -> None:
    email = new_email()
    for _ in range(10):
        submit(browser, FORGOT, email=email)
    assert submit(browser, FORGOT, 429, email=email).said["alert"]
    again = browser.post(FORGOT, data={"email": email, **token_of(browser)})
    assert 1 <= int(again.headers["Retry-After"]) <= 60
    # Of a client, and together with what it asks of the API.
    assert_too_many(browser.post("/api/v1/password-resets", json={"email": email}))


def test_each_page_leads_to_what_is_wanted_instead(browser: httpx.Client) -> None:
    for path, other in {SIGN_UP: FORGOT, FORGOT: SIGN_UP}.items():
        links = Form(browser.get(path).text).links
        # They may be relative.
        assert other in [urljoin(path, link) for link in links]


def test_a_form_that_another_site_has_sent_is_refused(browser: httpx.Client) -> None:
    given = {"email": new_email(), "password": new_password()}
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    for path in (SIGN_UP, FORGOT):
        assert browser.post(path, data=given, headers=elsewhere).status_code == 403
    assert_problem(browser.post("/api/v1/tokens", json=given), 401)


def test_what_is_no_address_is_not_repeated_at_length(browser: httpx.Client) -> None:
    given = {"email": "x" * 600, "password": new_password(), **token_of(browser)}
    page = browser.post(SIGN_UP, data=given)
    assert page.status_code == 422
    assert "x" * 300 not in page.text


@pytest.mark.parametrize(
    "path",
    [
        *("/account/nothing", f"{SIGN_UP}/x", f"{FORGOT}/x", "/account/reset-password"),
        *("/account/verify-email", "/account/reset-password/x/y"),
    ],
)
def test_there_is_no_other_page(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.post(path, data=token_of(browser)).status_code == 404


def test_a_page_takes_no_other_method(browser: httpx.Client) -> None:
    answer = browser.options(SIGN_UP)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= {*re.findall(r"\w+", answer.headers["Allow"])}


@pytest.mark.part("postgresql")
def test_where_no_mail_can_be_sent_none_is_promised(service: Service, client: httpx.Client) -> None:
    if service.settings.get("APP_ENV") != "production":
        pytest.skip("elsewhere mails are shown")
    closed(client, FORGOT, 503)

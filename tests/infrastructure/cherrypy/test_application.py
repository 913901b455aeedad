"""CherryPy's own ways in an application of ours: the tree, Tools, errors, what mounts it."""

# CherryPy has no annotations.
# mypy: disable-error-code="untyped-decorator"

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import shift_path_info

import cherrypy
import httpx
import pytest
from browser import CREDENTIALS, Browser, client_of
from conftest import MakeApp

from task_service.web.app import Application


@pytest.fixture
def client(app: Application) -> httpx.Client:
    """A client that has cookies and follows no redirects."""
    return client_of(app)


@pytest.mark.parametrize(
    "path",
    [
        "/index",
        "/livez/",
        "/livez/more",
        "/docs/start.js/more",
        "/docs/nothing",
        "/account/",
        "/account/index",
        "/api/v1/users/",
        "/api/v1/users/GET",
        "/api/v1/users/2",
        "/api/v1/password_resets",
        "/account/sign_up",
    ],
)
def test_another_spelling_of_an_address_is_unknown(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_problem_is_not_filled_up_with_blanks(client: httpx.Client) -> None:
    response = client.get("/nowhere")
    assert (response.status_code, response.content[-1:]) == (404, b"}")
    assert response.headers["Content-Length"] == str(len(response.content))


@pytest.mark.usefixtures("app")
def test_what_the_bus_says_is_logged_without_a_time_of_its_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    cherrypy.engine.log("Started.")
    assert caplog.messages == ["Started."]


def test_a_resource_may_be_found_by_head(client: httpx.Client) -> None:
    for path in ("/livez", "/docs", "/account"):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_a_configuration_may_say_how_errors_are_answered(
    caplog: pytest.LogCaptureFixture, app: Application, client: httpx.Client
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("the cause")

    def say_sorry() -> None:
        cherrypy.response.status = 500
        cherrypy.response.body = b"Sorry."

    app.root.fails = cherrypy.expose(fail)
    for config in (
        {"error_page.500": lambda **_details: "Sorry."},
        {"request.error_response": say_sorry},
    ):
        fail._cp_config = config  # type: ignore[attr-defined]  # as `cherrypy.config` does
        response = client.get("/fails")
        assert (response.status_code, response.text.strip()) == (500, "Sorry.")
    assert "ZeroDivisionError: the cause" in caplog.text


def test_what_refuses_after_the_handler_is_no_failure(
    caplog: pytest.LogCaptureFixture, app: Application, client: httpx.Client
) -> None:
    def refuse() -> None:
        raise cherrypy.HTTPError(409, "Not <now>.")

    def handle() -> None:
        cherrypy.request.hooks.attach("before_finalize", refuse)

    app.root.late = cherrypy.expose(handle)
    response = client.get("/late")
    assert (response.status_code, response.json()["detail"]) == (409, "Not <now>.")
    # What CherryPy says itself repeats the name.
    assert "unknown" not in client.get("/late?unknown=1").json()["detail"]
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("value", ["=?nonsense?q?a?=", "=?utf-8?q?=ff?=", "=?utf-8?b?zz?="])
def test_headers_are_taken_as_they_are(app: Application, client: httpx.Client, value: str) -> None:
    app.root.echo = cherrypy.expose(lambda: cherrypy.request.headers["X-A"])
    assert client.get("/echo", headers={"X-A": value, "User-Agent": value}).text == value


@pytest.mark.parametrize(
    ("version", "answer"),
    [("HTTP/1.0", (303, "http://by-itself/account")), ("HTTP/1.1", (400, None))],
    ids=["1.0", "1.1"],
)
def test_a_host_is_needed_since_http_1_1(
    app: Application, version: str, answer: tuple[int, str]
) -> None:
    def redirect() -> None:
        raise cherrypy.HTTPRedirect(cherrypy.url("/account"), 303)

    def spoken(environ: dict[str, Any], start: Any) -> Any:
        del environ["HTTP_HOST"]
        return app(environ | {"SERVER_PROTOCOL": version, "SERVER_NAME": "by-itself"}, start)

    app.root.redirect = cherrypy.expose(redirect)
    response = client_of(spoken).get("/redirect")
    assert (response.status_code, response.headers.get("Location")) == answer


def test_a_cookie_is_read_whatever_others_there_are(app: Application, client: httpx.Client) -> None:
    app.root.mine = cherrypy.expose(lambda: cherrypy.request.cookie["mine"].value.encode())
    cookie = 'prefs={"theme":"dark"}; SM#/#x=1; mine=1; a,b=c'
    assert client.get("/mine", headers={"Cookie": cookie}).text == "1"


def test_a_tool_that_refuses_logs_no_traceback(
    caplog: pytest.LogCaptureFixture, client: httpx.Client
) -> None:
    assert client.get("/api/v1/users/me").status_code == 401
    assert "Traceback" not in caplog.text


def test_a_page_of_your_own_gets_what_it_takes_of_a_query_or_a_form(
    app: Application, client: httpx.Client
) -> None:
    def echo(word: str = "nothing") -> bytes:
        return word.encode()

    app.root.echo = cherrypy.expose(echo)
    app.root.all = cherrypy.expose(lambda **given: json.dumps(given))
    assert client.get("/echo?word=query&other=x").text == "query"
    assert client.post("/echo?other=x", data={"word": "förm"}).text == "förm"
    assert client.get("/all?word=query&other=x").json() == {"word": "query", "other": "x"}


@pytest.mark.parametrize("version", ["HTTP/1", "HTTP/1.0", "HTTP/1.1", "HTTP/2"])
def test_each_version_of_http_is_understood(app: Application, version: str) -> None:
    def spoken(environ: dict[str, Any], start: Any) -> Any:
        return app(environ | {"SERVER_PROTOCOL": version}, start)

    assert client_of(spoken).get("/livez").json() == {"status": "ok"}


def mounted(app: Application) -> Any:
    """Another application that has this one at `/inner`."""

    def outer(environ: dict[str, Any], start: Any) -> Any:
        assert shift_path_info(environ) == "inner"
        return app(environ, start)

    return outer


def test_it_can_be_mounted_in_another_wsgi_application(app: Application) -> None:
    client = client_of(mounted(app))
    assert client.get("/inner/livez").json() == {"status": "ok"}
    assert 'href="/inner/docs"' in client.get("/inner/").text
    assert client.post("/inner/api/v1/users", json=CREDENTIALS).status_code == 201


def counted(client: httpx.Client, route: str, status: int = 200) -> bool:
    return f'route="{route}",status="{status}"' in client.get("/metrics").text


def test_an_address_is_what_the_tree_says(app: Application, client: httpx.Client) -> None:
    @cherrypy.popargs("year", "month")
    class Blog:
        @cherrypy.expose
        def index(self, year: str = "", month: str = "") -> str:
            return f"{year} {month}"

        @cherrypy.expose
        def rating_of(self, *words: str) -> str:
            return " ".join(words)

    app.root.blog = Blog()
    assert client.get("/blog?year=1970").text == "1970 "
    assert client.get("/blog/2030/12?year=1970").text == "2030 12"
    assert client.get("/blog/rating-of/a/b").text == "a b"
    client.put("/api/v1/users/nobody")
    client.put("/api/v1/users")
    assert counted(client, "/blog")
    assert counted(client, "/blog/{year}/{month}")
    assert counted(client, "/blog/rating_of/*")
    assert counted(client, "/api/v1/users", 405)
    assert counted(client, "unmatched", 404)
    assert counted(client, "/openapi.json") is False
    client.get("/openapi.json")
    assert counted(client, "/openapi.json")


def test_what_cherrypy_s_tutorials_show_works(
    app: Application, client: httpx.Client, tmp_path: Path
) -> None:
    (tmp_path / "style.css").write_text("body {}", "utf-8")
    cherrypy.tools.greet = cherrypy.Tool(
        "before_handler", lambda: app.root.seen.append(cherrypy.request.path_info)
    )

    class Other:
        @cherrypy.expose
        @cherrypy.tools.trailing_slash()
        def index(self) -> str:
            return "index"

        @cherrypy.expose
        def upload(self, file: Any) -> str:
            with file.file:
                return f"{file.filename} {len(file.file.read())}"

        @cherrypy.expose
        @cherrypy.config(**{"response.stream": True})
        def stream(self) -> Iterator[bytes]:
            yield from (b"a", b"b")

        @cherrypy.expose
        @cherrypy.tools.sessions()
        def count(self) -> str:
            cherrypy.session["count"] = cherrypy.session.get("count", 0) + 1
            return str(cherrypy.session["count"])

        @cherrypy.expose
        @cherrypy.tools.json_in()
        @cherrypy.tools.json_out()
        def double(self) -> dict[str, int]:
            return {"twice": 2 * cherrypy.request.json}

        @cherrypy.expose
        @cherrypy.tools.auth_digest(realm="x", get_ha1=lambda _realm, _user: None, key="k")
        def hidden(self) -> str:
            return ""

        @cherrypy.expose
        @cherrypy.tools.gzip(mime_types=["text/*"])
        @cherrypy.tools.encode(encoding="utf-8")
        @cherrypy.tools.greet()
        def long(self) -> str:
            return "ü" * 1000

    app.root.seen = []
    app.root.other = Other()
    app.merge({"/static": {"tools.staticdir.on": True, "tools.staticdir.dir": str(tmp_path)}})
    assert client.get("/static/style.css").text == "body {}"
    assert client.get("/static/none.css").status_code == 404
    assert client.get("/other").headers["Location"].endswith("/other/")
    assert client.get("/other/").text == "index"
    assert client.post("/other/upload", files={"file": ("a.txt", b"abc")}).text == "a.txt 3"
    assert client.get("/other/stream").text == "ab"
    assert [client.get("/other/count").text for _ in range(2)] == ["1", "2"]
    assert client.post("/other/double", json=21).json() == {"twice": 42}
    refused = client.get("/other/hidden")
    assert (refused.status_code, refused.headers["WWW-Authenticate"][:6]) == (401, "Digest")
    assert client.get("/other/long").text == "ü" * 1000
    assert client.get("/other/long").headers["Content-Encoding"] == "gzip"
    assert app.root.seen == ["/other/long"] * 2


def test_cherrypy_s_checker_has_nothing_to_say(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cherrypy.tree, "apps", {"/service": app})
    monkeypatch.setattr(cherrypy.checker, "on", True)
    # What it says are warnings, which are errors here.
    cherrypy.checker()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
        ("application/x-www-form-urlencoded", b"csrf_token=%ff&%00=%00"),
        ("application/x-www-form-urlencoded", b"self=x&request=y"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("application/json", b"{}"),
        ("", b"\0"),
    ],
)
def test_a_form_that_is_none_is_no_error_of_the_service(
    app: Application, content_type: str, body: bytes
) -> None:
    browser = Browser(app)
    browser.look()
    headers = {"Content-Type": content_type, "Trailer": "X"}
    response = browser.client.post("/account/sign_in", content=body, headers=headers)
    assert response.status_code in {400, 403}


def test_an_unknown_field_is_malformed(app: Application) -> None:
    assert Browser(app).submit("sign_in", **CREDENTIALS, admin="1").status_code == 400


def test_a_form_that_is_too_large_is_refused(make_app: MakeApp) -> None:
    browser = Browser(make_app(max_body_bytes=100))
    assert browser.submit("sign_in", email="a" * 200).status_code == 413

"""What Bottle's tutorial shows works in an application of ours as it stands there."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import bottle
import pytest
from bottle import (
    Bottle,
    HTTPResponse,
    PluginError,
    abort,
    jinja2_template,
    redirect,
    request,
    response,
    static_file,
    template,
    view,
)
from waiting import free_port, served
from webtest import TestApp

# `create_app()` and not `create_app`: Bottle calls what it is given.
SERVED = "task_service.web.app:create_app()"


def test_routes_with_wildcards_and_several_methods(app: Bottle, client: TestApp) -> None:
    @app.route("/hello")
    @app.route("/hello/<name>/<count:int>", method=["GET", "POST"])
    def greet(name: str = "you", count: int = 1) -> str:
        return f"Hello {name}!" * count

    assert client.get("/hello").text == "Hello you!"
    assert client.post("/hello/Ada/2").text == "Hello Ada!Hello Ada!"


def test_templates_by_function_and_by_decorator(app: Bottle, client: TestApp) -> None:
    app.get("/a/<name>", callback=lambda name: template("<b>{{name}}</b>", name=name))
    app.get("/b", callback=view("<i>{{name}}</i>")(lambda: {"name": "&"}))
    page = client.get("/a/<x>")
    assert page.text == "<b>&lt;x&gt;</b>"
    # It says what may be loaded where it wants to.
    assert page.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert client.get("/b").text == "<i>&amp;</i>"
    assert callable(jinja2_template)


def test_static_files(app: Bottle, client: TestApp, tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("body { color: red }", "utf-8")
    app.get("/static/<name:path>", callback=lambda name: static_file(name, root=str(tmp_path)))
    found = client.get("/static/style.css")
    assert (found.text, found.content_type) == ("body { color: red }", "text/css")
    same = {"If-None-Match": found.headers["ETag"]}
    assert client.get("/static/style.css", headers=same, status=304).body == b""
    assert client.get("/static/none.css", status=404).content_type == "application/problem+json"


def test_forms_uploads_cookies_and_redirects(app: Bottle, client: TestApp) -> None:
    @app.post("/upload")
    def upload() -> None:
        text = request.files.get("file").file.read().decode()
        response.set_cookie("said", f"{request.forms.title} {text}", secret="s")
        redirect("/said")

    app.get("/said", callback=lambda: request.get_cookie("said", secret="s"))
    sent = client.post("/upload", {"title": "Hat"}, upload_files=[("file", "a.txt", b"red")])
    assert sent.follow().text == "Hat red"


PART = b'--x\r\nContent-Disposition: form-data; name="title"%s\r\n\r\n%s\r\n--x--\r\n'
MALFORMED = {
    "not UTF-8": ("multipart/form-data; boundary=x", PART % (b"", b"\xff")),
    "of no charset": (
        "multipart/form-data; boundary=x",
        PART % (b"\r\nContent-Type: text/plain; charset=none", b"Hat"),
    ),
    "without a boundary": ("multipart/form-data", PART % (b"", b"Hat")),
    "without an end": ("application/json", b"[" * 100_000),
}


@pytest.mark.parametrize(("kind", "body"), MALFORMED.values(), ids=MALFORMED)
def test_a_form_that_can_not_be_read_is_the_client_s_mistake(
    app: Bottle, client: TestApp, kind: str, body: bytes
) -> None:
    app.post("/sent", callback=lambda: {**request.forms, "json": request.json})
    assert client.post("/sent", {"title": "Hat"}).json == {"title": "Hat", "json": None}
    refused = client.post("/sent", body, {"Content-Type": kind}, status=400)
    assert refused.content_type == "application/problem+json"


def test_text_that_is_decoded_and_is_not_utf_8_is_the_client_s_mistake(
    app: Bottle, client: TestApp
) -> None:
    app.get("/asked", callback=lambda: dict(request.query.decode()))
    app.post("/sent", callback=lambda: dict(request.forms.decode()))
    assert client.get("/asked?q=%C3%BC").json == {"q": "ü"}
    assert client.post("/sent", {"q": "ü"}).json == {"q": "ü"}
    client.get("/asked?q=%ff", status=400)
    client.post("/sent", "q=%ff", status=400)


@pytest.mark.parametrize("error", [UnicodeDecodeError("utf-8", b"", 0, 0, ""), KeyError()])
def test_what_a_view_reads_elsewhere_is_its_own_mistake(
    app: Bottle, client: TestApp, error: Exception
) -> None:
    def fail() -> None:
        raise error

    app.post("/fails", callback=fail)
    client.post("/fails", {"title": "Hat"}, status=500)


def test_json_and_queries(app: Bottle, client: TestApp) -> None:
    app.put("/echo", callback=lambda: {"said": request.json, "query": request.query.q})
    assert client.put_json("/echo?q=1", [2]).json == {"said": [2], "query": "1"}


def test_generators_hooks_and_plugins(app: Bottle, client: TestApp) -> None:
    def shout(callback: Callable[..., Any]) -> Callable[..., Any]:
        return lambda **arguments: (each.upper() for each in callback(**arguments))

    @app.hook("after_request")
    def enable() -> None:
        response.headers["X-Hook"] = "yes"

    app.get("/letters", callback=lambda: iter("abc"), apply=[shout])
    letters = client.get("/letters")
    assert (letters.text, letters.headers["X-Hook"]) == ("ABC", "yes")


def test_error_pages_and_responses_of_one_s_own(app: Bottle, client: TestApp) -> None:
    app.error(404)(lambda _error: "Nothing here.")
    app.get("/tea", callback=lambda: HTTPResponse({"tea": True}, status=418))
    assert client.get("/nowhere", status=404).text == "Nothing here."
    assert client.get("/tea", status=418).json == {"tea": True}


def test_it_takes_in_other_bottles_and_is_taken_for_the_default(
    app: Bottle, client: TestApp
) -> None:
    other, third = Bottle(), Bottle()
    other.get("/one", callback=lambda: "one")
    third.get("/two", callback=lambda: "two")
    app.mount("/other/", other)
    app.merge(third)
    assert [client.get(path).text for path in ("/other/one", "/two")] == ["one", "two"]
    bottle.default_app.push(app)
    try:
        bottle.get("/three")(lambda: "three")
        assert client.get("/three").text == "three"
    finally:
        bottle.default_app.pop()


def test_an_endpoint_of_the_api_says_who_may_call(app: Bottle) -> None:
    app.get("/api/v1/secret", callback=lambda: "")
    with pytest.raises(PluginError, match="it takes `caller` or `admin`, or it is `public`"):
        app.routes[-1].prepare()


def test_in_bottle_s_debug_mode_errors_are_raised(
    app: Bottle, client: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bottle, "DEBUG", True)
    app.get("/fails", callback=lambda: str(1 / 0))
    with pytest.raises(ZeroDivisionError):
        client.get("/fails")


def test_an_error_handler_may_be_there_for_all_that_nobody_foresaw(
    caplog: pytest.LogCaptureFixture, app: Bottle, client: TestApp
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("the cause")

    app.get("/fails", callback=fail)
    app.error(500)(lambda error: f"Sorry: {type(error.exception).__name__}.")
    assert client.get("/fails", status=500).text == "Sorry: ZeroDivisionError."
    assert "ZeroDivisionError: the cause" in caplog.text


def test_what_a_view_aborts_with_is_a_problem_with_its_headers(
    app: Bottle, client: TestApp
) -> None:
    def later() -> None:
        raise bottle.HTTPError(503, Retry_After="7")

    app.get("/later", callback=later)
    app.get("/teapot", callback=lambda: abort(418, "short and stout"))
    assert client.get("/later", status=503).headers["Retry-After"] == "7"
    assert client.get("/teapot", status=418).json["detail"] == "short and stout"


def test_an_answer_that_a_view_makes_itself_stays_as_it_is(app: Bottle, client: TestApp) -> None:
    app.get("/gone", callback=lambda: HTTPResponse("Gone.", 410, Content_Type="text/plain"))
    response = client.get("/gone", status=410)
    assert (response.text, response.content_type) == ("Gone.", "text/plain")


def test_a_view_can_stream(app: Bottle, client: TestApp) -> None:
    app.get("/stream", callback=lambda: (letter for letter in "abc"))
    response = client.get("/stream")
    assert response.text == "abc"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_path_is_utf_8(app: Bottle, client: TestApp) -> None:
    app.get("/plants/<name>", callback=lambda name: {"name": name})
    assert client.get("/plants/b%C3%A4rlauch").json == {"name": "bärlauch"}
    client.get("/plants/b%ff", status=400)


def test_it_can_be_called_from_within_another_application(app: Bottle) -> None:
    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Passes on what is under a prefix, as WSGI has it."""
        inner: WSGIApplication = app
        path = environ["PATH_INFO"].removeprefix("/inner")
        return inner(environ | {"SCRIPT_NAME": "/inner", "PATH_INFO": path}, start_response)

    client = TestApp(outer)
    assert client.get("/inner/livez").json == {"status": "ok"}
    assert '<a href="/inner/docs">' in client.get("/inner/").text


def test_another_application_can_be_mounted(app: Bottle, client: TestApp) -> None:
    def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode()]

    own = Bottle()
    own.get("/hello", callback=lambda: "hello")
    app.mount("/plain/", plain)
    app.mount("/own/", own)
    assert client.get("/plain/a/b").text == "/a/b"
    assert client.get("/own/hello").text == "hello"
    assert client.get("/own/nothing", status=404).content_type == "application/problem+json"


@pytest.mark.parametrize("kind", ["wsgi", "Bottle"])
def test_it_can_be_mounted_in_another_bottle(app: Bottle, kind: str) -> None:
    outer = Bottle()
    outer.mount("/in/ner/", app.wsgi if kind == "wsgi" else app)
    outer.get("/own", callback=lambda: "own")
    client = TestApp(outer)
    assert client.get("/in/ner/livez").json == {"status": "ok"}
    assert '<a href="/in/ner/docs">' in client.get("/in/ner/").text
    refused = client.get(
        "/in/ner/api/v1/users/me", headers={"X-Request-ID": "of-the-test"}, status=401
    )
    assert refused.headers["X-Request-ID"] == "of-the-test"
    assert refused.headers["X-Frame-Options"] == "DENY"
    assert refused.json["instance"] == "/in/ner/api/v1/users/me"
    assert (
        client.post("/in/ner/api/v1/users", "{", status=415).content_type
        == "application/problem+json"
    )
    assert client.get("/own").text == "own"


def test_the_command_of_bottle_serves_the_application(database_url: str) -> None:
    port = free_port()
    command = [sys.executable, "-m", "bottle", SERVED, "--bind", f"127.0.0.1:{port}"]
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    with served(command, port, APP_ENV="test", DATABASE_URL=database_url) as client:
        # Which sends a body: this server does not say where it ends.
        assert client.post("/api/v1/users", json=body).status_code == 201

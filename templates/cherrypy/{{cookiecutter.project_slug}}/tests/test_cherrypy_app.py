"""What is particular to CherryPy: the tree, the Tools, the errors, the mount point."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from wsgiref.util import shift_path_info

import cherrypy
import httpx
import pytest
from contract.project import PACKAGE
from in_process import CREDENTIALS, REQUEST_ID, WRONG, Settings, client_of, make_app, web

openapi = import_module(f"{PACKAGE}.openapi")
compression = import_module(f"{PACKAGE}.web.compression")
tools = import_module(f"{PACKAGE}.web.tools")


@pytest.fixture
def app(tmp_path: Path) -> Any:
    return make_app(tmp_path)


@pytest.fixture
def client(app: Any) -> httpx.Client:
    return client_of(app)


def exposed(node: object) -> Iterator[tuple[str, str]]:
    """The operations of the tree below: methods and paths."""
    if getattr(node, "exposed", False):
        path = vars(type(node))["_cp_config"]["tools.route.template"]
        yield from ((name.lower(), path) for name in dir(node) if name.isupper())
    if hasattr(node, "_cp_dispatch"):
        yield from exposed(node._cp_dispatch(["some-id"]))
    for name, child in vars(node).items():
        if not name.startswith("_"):
            yield from exposed(child)


def test_the_document_has_each_operation_of_the_tree(app: Any) -> None:
    document = json.loads(openapi.openapi_document())
    described = {
        (method, path) for path, methods in document["paths"].items() for method in methods
    }
    assert set(exposed(app.root.api)) == described


@pytest.mark.parametrize(
    "path",
    [
        "/index",
        "/openapi_json",
        "/livez/",
        "/livez/more",
        "/docs/start.js/more",
        "/docs/start_js",
        "/docs/nothing",
        "/account/",
        "/account/index",
        "/api/v1/tasks/",
        "/api/v1/tasks/GET",
        "/api/v1/tasks/1/2",
    ],
)
def test_another_spelling_of_an_address_is_unknown(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_resource_may_be_found_by_head(client: httpx.Client) -> None:
    for path in ("/livez", "/docs", "/account"):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_the_first_of_several_parameters_counts(client: httpx.Client) -> None:
    client.post("/api/v1/users", json=CREDENTIALS)
    token = client.post("/api/v1/tokens", json=CREDENTIALS).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/tasks?limit=1&limit=x", headers=headers).status_code == 200
    assert client.get("/api/v1/tasks?limit=x&limit=1", headers=headers).status_code == 422


@pytest.mark.parametrize("name", ["fails", "_cp_dispatch"], ids=["handler", "dispatcher"])
def test_a_failure_is_a_problem_without_its_cause_which_is_logged(
    capfd: pytest.CaptureFixture[str], app: Any, client: httpx.Client, name: str
) -> None:
    def fail(**_vpath: list[str]) -> None:
        raise ZeroDivisionError("the cause")

    # CherryPy does not ask a dispatcher that is exposed.
    setattr(app.root, name, fail if name == "_cp_dispatch" else cherrypy.expose(fail))
    response = client.get("/fails", headers=REQUEST_ID)
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [error] = [line for line in lines if line["level"] == "error"]
    assert error["event"] == "unhandled error"
    assert error["request_id"] == "of-the-test"
    assert "ZeroDivisionError: the cause" in error["exception"]


def test_what_refuses_after_the_handler_is_no_failure(
    capfd: pytest.CaptureFixture[str], app: Any, client: httpx.Client
) -> None:
    def refuse() -> None:
        raise cherrypy.HTTPError(409)

    def handle() -> None:
        cherrypy.request.hooks.attach("before_finalize", refuse)

    app.root.late = cherrypy.expose(handle)
    response = client.get("/late")
    assert (response.status_code, response.json()["title"]) == (409, "Conflict")
    assert "Traceback" not in capfd.readouterr().out


@pytest.mark.parametrize("value", ["=?nonsense?q?a?=", "=?utf-8?q?=ff?=", "=?utf-8?b?zz?="])
def test_headers_are_taken_as_they_are(app: Any, client: httpx.Client, value: str) -> None:
    app.root.echo = cherrypy.expose(lambda: cherrypy.request.headers["X-A"].encode())
    assert client.get("/echo", headers={"X-A": value, "User-Agent": value}).text == value


@pytest.mark.parametrize(
    ("version", "answer"),
    [("HTTP/1.0", (303, "http://by-itself/account")), ("HTTP/1.1", (400, None))],
    ids=["1.0", "1.1"],
)
def test_a_host_is_needed_since_http_1_1(app: Any, version: str, answer: tuple[int, str]) -> None:
    def redirect() -> None:
        raise cherrypy.HTTPRedirect(cherrypy.url("/account"), 303)

    def spoken(environ: dict[str, Any], start: Any) -> Any:
        del environ["HTTP_HOST"]
        return app(environ | {"SERVER_PROTOCOL": version, "SERVER_NAME": "by-itself"}, start)

    app.root.redirect = cherrypy.expose(redirect)
    response = client_of(spoken).get("/redirect")
    assert (response.status_code, response.headers.get("Location")) == answer


def test_what_cherrypy_refuses_by_itself_is_a_problem(client: httpx.Client) -> None:
    response = client.get("/livez", headers={**REQUEST_ID, "Cookie": "a,b=c"})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The request is malformed.",
        "instance": "/livez",
        "request_id": "of-the-test",
    }


def test_a_tool_that_refuses_logs_no_traceback(
    capfd: pytest.CaptureFixture[str], client: httpx.Client
) -> None:
    assert client.get("/api/v1/tasks").status_code == 401
    assert "Traceback" not in capfd.readouterr().out


def test_a_page_of_your_own_gets_what_a_form_brings_and_no_query(
    app: Any, client: httpx.Client
) -> None:
    def echo(word: str = "nothing") -> bytes:
        return word.encode()

    app.root.echo = cherrypy.expose(echo)
    assert client.get("/echo?word=query&other=x").text == "nothing"
    assert client.post("/echo?other=x", data={"word": "förm"}).text == "förm"


@pytest.mark.parametrize("version", ["HTTP/1", "HTTP/1.0", "HTTP/1.1", "HTTP/2"])
def test_each_version_of_http_is_understood(app: Any, version: str) -> None:
    def spoken(environ: dict[str, Any], start: Any) -> Any:
        return app(environ | {"SERVER_PROTOCOL": version}, start)

    assert client_of(spoken).get("/livez").json() == {"status": "ok"}


def mounted(app: Any) -> Any:
    """Another application that has this one at `/tasks`."""

    def outer(environ: dict[str, Any], start: Any) -> Any:
        assert shift_path_info(environ) == "tasks"
        return app(environ, start)

    return outer


def test_it_can_be_mounted_in_another_wsgi_application(app: Any) -> None:
    client = client_of(mounted(app))
    assert client.get("/tasks/livez").json() == {"status": "ok"}
    assert 'href="/tasks/docs"' in client.get("/tasks/").text
    assert client.post("/tasks/api/v1/users", json=CREDENTIALS).status_code == 201
    token = client.post("/tasks/api/v1/tokens", json=CREDENTIALS).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    added = client.post("/tasks/api/v1/tasks", json={"title": "x"}, headers=headers)
    assert added.headers["Location"] == f"/tasks/api/v1/tasks/{added.json()['id']}"
    assert client.get(added.headers["Location"], headers=headers).json() == added.json()


def test_two_applications_in_one_process_share_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        client = client_of(make_app(folder))
        assert client.post("/api/v1/users", json=CREDENTIALS).status_code == 201


def test_the_application_is_made_without_a_request_or_a_database(tmp_path: Path) -> None:
    web.create_app(Settings(app_env="test", database_url=f"sqlite:///{tmp_path}/none/none.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_without_its_redis_the_service_does_what_it_can(tmp_path: Path) -> None:
    # Nobody listens there.
    client = client_of(make_app(tmp_path, redis_url="redis://127.0.0.1:1"))
    client.post("/api/v1/users", json=CREDENTIALS)
    statuses = [client.post("/api/v1/tokens", json=WRONG).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


BUNDLE = "/docs/swagger-ui-bundle.js"


def test_what_is_large_is_compressed_for_who_can_read_it(client: httpx.Client) -> None:
    plain = client.get(BUNDLE, headers={"Accept-Encoding": "identity"})
    packed = client.get(BUNDLE, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 2
    document = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert document.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "GZIP", "gzip;q=0.5", "*", "br, *;q=0.1", "br;q=1.0,gzip; q=0.8", "gzip, identity"],
)
def test_who_takes_gzip_gets_it(client: httpx.Client, accepted: str) -> None:
    for path in (BUNDLE, "/openapi.json"):
        response = client.get(path, headers={"Accept-Encoding": accepted})
        assert response.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "accepted",
    [
        "",
        "identity",
        "br",
        "deflate",
        "br, gzip;q=0",
        "*, gzip;q=0.0",
        "gzip;q=0.5, identity",
        "*;q=0",
        "gzip;q=x",
        ";q=,",
    ],
)
def test_who_does_not_take_gzip_gets_it_plain(client: httpx.Client, accepted: str) -> None:
    for path in (BUNDLE, "/openapi.json"):
        response = client.get(path, headers={"Accept-Encoding": accepted})
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers


def test_who_asks_first_does_not_decide_what_others_get(client: httpx.Client) -> None:
    answers = [
        client.get(f"/docs/start.js{query}", headers={"Accept-Encoding": accepted})
        for query in ("", "?again")
        for accepted in ("br", "gzip", "identity;q=0", "gzip")
    ]
    assert [answer.status_code for answer in answers] == [200] * 8
    encodings = [answer.headers.get("Content-Encoding") for answer in answers]
    assert encodings == [None, "gzip"] * 4
    assert len({answer.content for answer in answers}) == 1


def test_what_is_large_is_compressed_once(client: httpx.Client) -> None:
    compression._compress.cache_clear()
    for query in range(3):
        client.get(f"{BUNDLE}?{query}", headers={"Accept-Encoding": "gzip"})
    assert compression._compress.cache_info().currsize == 1


def test_who_is_signed_in_is_not_compressed_together_with_what_others_say(
    client: httpx.Client,
) -> None:
    response = client.get("/account", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers

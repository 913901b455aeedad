"""What CherryPy's documentation shows works in an application of ours as it stands there."""

# CherryPy has no annotations.
# mypy: disable-error-code="untyped-decorator"

import cherrypy
import pytest
from webtest import TestApp

from task_service.accounts.auth import token
from task_service.infrastructure.api.operations import (
    operation,
    operations,
)
from task_service.web.app import Application


class Pages:
    @cherrypy.expose
    def form(self, title: str) -> str:
        return title

    @cherrypy.expose
    @cherrypy.tools.json_in()
    def json(self) -> str:
        return str(cherrypy.request.json)

    @cherrypy.expose
    def translated(self, message: str = "") -> None:
        with cherrypy.HTTPError.handle(ValueError, 409, message):
            raise ValueError("It is as it is.")

    @cherrypy.expose
    @cherrypy.tools.redirect(url="/livez?from=there")
    def elsewhere(self) -> None:
        """Answered by another page."""

    @cherrypy.expose
    @cherrypy.tools.caching(delay=60)
    @cherrypy.tools.auth_basic(realm="here", checkpassword=lambda _realm, *pair: pair == ("a", "b"))
    def kept(self) -> str:
        return f"kept for {cherrypy.request.login}"


@pytest.fixture
def pages(app: Application, client: TestApp) -> TestApp:
    """A client of an application with pages of one's own."""
    app.root.own = Pages()
    return client


PART = b'--x\r\nContent-Disposition: form-data; name="title"%s\r\n\r\n%s\r\n--x--\r\n'
MULTIPART = "multipart/form-data; boundary=x"
MALFORMED = {
    "not UTF-8": (MULTIPART, PART % (b"", b"\xff")),
    "of no charset": (MULTIPART, PART % (b"\r\nContent-Type: text/plain; charset=none", b"Hat")),
    "a form of no charset": ("application/x-www-form-urlencoded; charset=none", b"title=Hat%ff"),
    "without a boundary": ("multipart/form-data", PART % (b"", b"Hat")),
    "without an end": ("application/json", b"[" * 100_000),
}


@pytest.mark.parametrize(("kind", "body"), MALFORMED.values(), ids=MALFORMED)
def test_a_body_that_can_not_be_read_is_the_client_s_mistake(
    pages: TestApp, kind: str, body: bytes
) -> None:
    assert pages.post("/own/form", {"title": "Hat"}).text == "Hat"
    path = "/own/json" if kind == "application/json" else "/own/form"
    refused = pages.post(path, body, {"Content-Type": kind}, status=400)
    assert refused.content_type == "application/problem+json"


def test_what_an_error_is_translated_to_is_told(pages: TestApp) -> None:
    assert pages.get("/own/translated", status=409).json["detail"] == "It is as it is."
    told = pages.get("/own/translated?message=Taken.", status=409)
    assert told.json["detail"] == "Taken."
    for path in ("/own/none", "/own/form/"):
        assert "/own" not in pages.get(path, status=404).json["detail"]


def test_a_page_is_answered_by_another(pages: TestApp) -> None:
    assert pages.post("/own/elsewhere", {"title": "Hat"}).json == {"status": "ok"}
    assert 'method="GET",route="/livez",status="200"' in pages.get("/metrics").text


def test_tools_for_passwords_and_caching(pages: TestApp) -> None:
    refused = pages.get("/own/kept", status=401)
    assert refused.headers["WWW-Authenticate"].startswith('Basic realm="here"')
    pages.authorization = ("Basic", ("a", "b"))
    assert [pages.get("/own/kept").text for _ in range(2)] == ["kept for a"] * 2


@cherrypy.expose
class Resource:
    def GET(self) -> str:
        return "got"


def test_dispatchers_of_several_hosts(app: Application, pages: TestApp) -> None:
    hosts = {"b.example": "/b"}
    app.root.own.resource = Resource()
    by_method = cherrypy.dispatch.MethodDispatcher()
    app.merge(
        {
            "/own": {"request.dispatch": cherrypy.dispatch.VirtualHost(**hosts)},
            "/own/resource": {
                "request.dispatch": cherrypy.dispatch.VirtualHost(by_method, **hosts)
            },
        }
    )
    assert pages.get("/own/form/Hat").text == "Hat"
    assert pages.get("/own/resource").text == "got"
    assert pages.put("/own/resource", status=405).headers["Allow"] == "GET, HEAD"
    assert 'route="/own/form/*",status="200"' in pages.get("/metrics").text


class Shop(cherrypy.dispatch.Dispatcher):  # type: ignore[misc]  # it is untyped
    """One of somebody's own, whose handler is any function."""

    def __call__(self, path_info: str) -> None:
        super().__call__(path_info)
        cherrypy.request.handler = lambda: "a hat"


class Closed(Shop):
    """One that finds nothing."""

    def __call__(self, path_info: str) -> None:
        super().__call__(path_info)
        cherrypy.request.handler = cherrypy.HTTPError(404)


def test_a_dispatcher_of_one_s_own(app: Application, pages: TestApp) -> None:
    app.merge({"/own/shop": {"request.dispatch": Shop()}})
    app.merge({"/own/closed": {"request.dispatch": Closed()}})
    assert pages.get("/own/shop").text == "a hat"
    pages.get("/own/closed/17", status=404)
    # Addresses of which nothing is known would be no end of names.
    assert "closed" not in pages.get("/metrics").text


@token()
@cherrypy.expose
class Note:
    def GET(self, year: str, number: str) -> str:
        """One of your notes."""
        return f"{year} {number}"


@cherrypy.expose
@cherrypy.popargs("year", "number", handler=Note())
class Notes:
    LIMIT = 10

    @operation("add_note", status=201, problems=(409,))
    def POST(self):  # type: ignore[no-untyped-def]  # as in CherryPy's tutorials
        return ""


@cherrypy.popargs("number")
class Both:
    @cherrypy.expose
    def index(self, number: str = "") -> str:
        return number


class Bands:
    def _cp_dispatch(self, vpath: list[str]) -> "Bands":
        cherrypy.request.params["name"] = vpath.pop(0)
        return self


def test_the_document_has_what_the_tree_says(app: Application, client: TestApp) -> None:
    app.root.api.v1.notes, app.root.api.v1.both = Notes(), Both()
    added, one = operations(Notes(), "/api/v1/notes")
    assert (added.name, added.status, added.problems) == ("add_note", 201, (409,))
    assert added.is_public
    assert client.post("/api/v1/notes", status=201).json == ""
    assert (one.path, one.name) == ("/api/v1/notes/{year}/{number}", "get_note")
    assert (one.summary, one.status, one.is_public) == ("One of your notes", 200, False)
    client.get("/api/v1/notes/2030/1", status=401)
    assert list(operations(Both(), "/both")) == []
    assert list(operations(Bands(), "/bands")) == []

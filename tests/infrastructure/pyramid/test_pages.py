"""Pages: what Pyramid's tutorials have, forms that are protected, and traversal."""

from html import unescape
from pathlib import Path

import pytest
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.events import NewResponse
from pyramid.httpexceptions import HTTPFound
from pyramid.renderers import render
from pyramid.request import Request
from pyramid.response import Response
from pyramid.testing import DummyRequest
from pyramid.traversal import resource_path
from webtest import TestApp

from task_service.config import Settings
from task_service.infrastructure.api import pages
from task_service.web import app
from task_service.web.app import create_app

from .adding import add_feature, add_view

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
HOSTILE = "<script>alert('x')</script> & \"more\""


def test_text_in_a_page_is_escaped(config: Configurator) -> None:
    values = {"name": HOSTILE, "version": "1", "description": "<b>bold</b>", "development": False}
    request = DummyRequest()
    request.registry = config.registry
    page = render(f"{app.__package__}:templates/index{pages.EXTENSION}", values, request)
    assert "<script" not in page
    assert "<b>" not in page
    assert f"<h1>{HOSTILE}</h1>" in unescape(page)


def test_pages_have_what_pyramid_s_tutorials_have(
    config: Configurator, client: TestApp, tmp_path: Path
) -> None:
    (tmp_path / "site.css").write_text("body {}", "utf-8")

    def form(request: Request) -> Response:
        if request.method == "POST":
            request.session.flash(request.POST["name"])
            raise HTTPFound(request.route_url("form"))
        return Response(" ".join([get_csrf_token(request), *request.session.pop_flash()]))

    config.set_default_csrf_options(require_csrf=True)
    config.add_static_view("static", str(tmp_path))
    config.add_subscriber(lambda event: event.response.headers.update(X="1"), NewResponse)
    add_view(config, "/form", form)
    config.add_route("form", "/form")
    assert client.get("/static/site.css").text == "body {}"
    client.get("/static/none.css", status=404)
    token = client.get("/form").text
    client.post("/form", {"name": "Ada"}, status=400)
    sent = client.post("/form", {"name": "Ada", "csrf_token": token}, status=302)
    assert sent.headers["X"] == "1"
    assert sent.follow().text == f"{token} Ada"


def test_forms_can_be_protected_and_the_api_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def protect(config: Configurator) -> None:
        config.set_default_csrf_options(require_csrf=True)
        add_view(config, "/form", lambda _request: {})

    add_feature(monkeypatch, protect)
    client = TestApp(create_app(settings))
    assert client.post("/form", status=400).json["title"] == "Bad Request"
    client.post("/account/sign-up", ADA)
    token = client.post_json("/api/v1/tokens", ADA, status=201).json["access_token"]
    client.authorization = ("Bearer", token)
    client.delete("/api/v1/tokens/current", status=204)


class Garden(dict[str, object]):
    """What traversal begins at, in one's own application."""

    __name__ = __parent__ = None

    def __init__(self, request: Request) -> None:
        super().__init__(roses=Roses(self))


class Roses:
    """A resource, of which the default permission is enough."""

    __name__ = "roses"

    def __init__(self, parent: Garden) -> None:
        self.__parent__ = parent


@pytest.fixture
def garden(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestApp:
    """A client of an application that traverses, signed in."""

    def plant(config: Configurator) -> None:
        config.set_root_factory(Garden)
        config.add_route("garden", "/garden/*traverse", factory=Garden, use_global_views=True)
        config.add_view(
            lambda context, request: {"path": resource_path(context)},
            context=Roses,
            renderer="json",
        )

    add_feature(monkeypatch, plant)
    client = TestApp(create_app(settings))
    client.post("/account/sign-up", ADA)
    token = client.post_json("/api/v1/tokens", ADA, status=201).json["access_token"]
    client.authorization = ("Bearer", token)
    return client


def test_paths_can_be_traversed_below_a_route_or_where_there_is_none(garden: TestApp) -> None:
    assert garden.get("/garden/roses").json == {"path": "/roses"}
    assert garden.get("/roses").json == {"path": "/roses"}
    garden.get("/tulips", status=404)
    garden.authorization = None
    garden.get("/roses", status=401)


@pytest.mark.parametrize("root", ["/roses", "/\xff"])
def test_a_client_does_not_choose_where_traversal_begins(garden: TestApp, root: str) -> None:
    environ = {"HTTP_X_VHM_ROOT": root}
    for path, status in (("/livez", 200), ("/", 200), ("/roses", 200), ("/roses/roses", 404)):
        garden.get(path, extra_environ=environ, status=status)

"""The plugins by themselves, on applications that have nothing else."""

from typing import Any

import pytest
from bottle import Bottle, PluginError
from pydantic import BaseModel

from {{ cookiecutter.__package_name }}.accounts.auth import TokenPlugin
from {{ cookiecutter.__package_name }}.infrastructure import errors
from {{ cookiecutter.__package_name }}.infrastructure.api import plugins
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.infrastructure.edge import wsgi

# Nobody connects to it.
NOWHERE = "sqlite:////nonexistent/database.sqlite3"


class Answer:
    """What a server gets to hear of a request to `/`."""

    def __init__(self, app: Bottle, **environ: str) -> None:
        self.environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            wsgi.REQUEST_ID: "of-the-test",
            **environ,
        }
        self.status, self.headers = "", dict[str, str]()
        self.body = b"".join(app(self.environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], _exc_info: object) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}


class Recording:
    """A plugin that records what Bottle calls."""

    name = "recording"
    api = 2

    def __init__(self) -> None:
        self.calls: list[str] = []

    def setup(self, _app: Bottle) -> None:
        self.calls.append("setup")

    def apply(self, callback: Any, route: Any) -> Any:
        self.calls.append(f"apply {route.rule}")
        return callback

    def close(self) -> None:
        self.calls.append("close")


@pytest.fixture
def app() -> Bottle:
    app = Bottle()
    app.config["catchall"] = False
    return app


def test_a_plugin_is_set_up_once_applied_once_to_each_route_and_closed(app: Bottle) -> None:
    plugin = app.install(Recording())
    app.get("/", callback=lambda: "")
    for _ in range(2):
        Answer(app)
    app.close()
    assert plugin.calls == ["setup", "apply /", "close"]


def test_the_route_is_named_as_openapi_names_it(app: Bottle) -> None:
    app.install(plugins.RouteNamePlugin())
    app.get("/<kind>/<id:int>/<:re:.*>", callback=lambda **_: "")
    assert Answer(app, PATH_INFO="/plants/7/x").environ[wsgi.ROUTE] == "/{kind}/{id}/<:re:.*>"


def test_a_domain_error_is_a_problem_with_the_headers_that_http_wants(app: Bottle) -> None:
    def fail() -> None:
        raise errors.TooManyAttempts("Slowly.", retry_after=7)

    app.install(plugins.ProblemPlugin())
    app.get("/", callback=fail)
    answer = Answer(app)
    assert answer.status == "429 Too Many Requests"
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["content-type"] == "application/problem+json"
    assert b'"detail":"Slowly."' in answer.body


def test_bottle_s_own_errors_are_problems_too(app: Bottle) -> None:
    app.install(plugins.ProblemPlugin())
    app.post("/", callback=lambda: "")
    answer = Answer(app)
    assert (answer.status, answer.headers["allow"]) == ("405 Method Not Allowed", "POST")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_model_becomes_json(app: Bottle) -> None:
    class Plant(BaseModel):
        name: str

    app.install(plugins.ModelPlugin())
    app.get("/", callback=lambda: Plant(name="Bärlauch"))
    answer = Answer(app)
    assert answer.headers["content-type"] == "application/json"
    assert answer.body.decode() == '{"name":"Bärlauch"}'


def test_a_view_gets_the_services_that_it_names(app: Bottle) -> None:
    given: list[object] = []
    services = {"database": "the database", "settings": "the settings"}

    def view(settings: str) -> None:
        given.append(settings)

    app.install(plugins.ServicesPlugin(services, close=lambda: None))
    app.get("/", callback=view)
    Answer(app)
    assert given == ["the settings"]


def test_the_services_are_closed_with_the_application(app: Bottle) -> None:
    closed: list[bool] = []
    app.install(plugins.ServicesPlugin({}, close=lambda: closed.append(True)))
    app.close()
    assert closed == [True]


def test_a_stranger_is_told_before_a_view_is_called(app: Bottle) -> None:
    def view(caller: object) -> None:
        raise AssertionError

    app.install(plugins.ProblemPlugin())
    app.install(TokenPlugin(Database(NOWHERE)))
    app.get("/", callback=view)
    answer = Answer(app)
    assert answer.status == "401 Unauthorized"
    assert answer.headers["www-authenticate"] == "Bearer"


def for_a_caller(caller: object) -> None:
    """A view that wants to know who calls."""


@pytest.mark.parametrize(
    ("view", "is_public"),
    [(lambda: "", False), (for_a_caller, True)],
    ids=["neither", "both"],
)
def test_a_view_of_which_it_is_not_clear_who_may_call_it_is_a_mistake(
    app: Bottle, view: Any, is_public: bool
) -> None:
    app.install(TokenPlugin(Database(NOWHERE)))
    app.get("/", callback=view, public=is_public)
    with pytest.raises(PluginError, match="it takes `caller`, or it is `public`"):
        app.routes[0].prepare()

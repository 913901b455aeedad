"""The application as a whole: its pages, its errors, and what Flask's own ways give."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from collector import Collector
from flask import Blueprint, Flask, Response, abort, request, stream_with_context
from flask.testing import FlaskClient
from flask.views import MethodView
from pydantic import BaseModel, Field, SecretStr
from spectree import Response as ResponseModels
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.routing import UnicodeConverter

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api.inputs import (
    access_token,
)
from {{ cookiecutter.__package_name }}.infrastructure.api.schema import (
    ApiBlueprint,
    api,
)
from {{ cookiecutter.__package_name }}.migrations import tables
from {{ cookiecutter.__package_name }}.web.app import openapi_document

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}
REQUEST_ID = {"X-Request-ID": "of-the-test"}


def test_it_lives_and_is_ready(client: FlaskClient) -> None:
    assert client.get("/livez").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ok", "checks": READY})


def test_without_its_database_it_is_made_lives_and_is_not_ready(
    make_app: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    away = SecretStr(f"sqlite:///{tmp_path}/none/none.sqlite3")
    client = make_app(Settings(app_env="test", database_url=away)).test_client()
    assert client.get("/livez").status_code == 200
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.get_json()["checks"] == UNREADY
    called = client.get("/api/v1/users/me", headers={"Authorization": "Bearer x"})
    assert called.status_code == 503
    assert called.get_json()["detail"] == "The database is not available."
    assert list(tmp_path.iterdir()) == []


def test_requests_are_counted_by_their_route(client: FlaskClient) -> None:
    client.get("/livez")
    client.get("/nowhere")
    counted = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted


def test_the_pages_are_there(client: FlaskClient) -> None:
    front = client.get("/")
    assert NAME in front.text
    assert VERSION in front.text
    assert 'id="swagger-ui"' in client.get("/docs").text
    assert client.get("/docs/swagger-ui.css").headers["Content-Type"].startswith("text/css")
    assert client.get("/docs/nonsense.css").status_code == 404


def test_the_document_describes_the_endpoints(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    assert document["info"]["title"] == NAME
    sign_up = document["paths"]["/api/v1/users"]["post"]
    assert sign_up["operationId"] == "register"
    assert list(sign_up["responses"]["422"]["content"]) == ["application/problem+json"]


class Item(BaseModel):
    """What a shop sells."""

    name: str
    price: Decimal = Decimal(1)


class Filter(BaseModel):
    """What a client asks for."""

    tag: list[str] = []
    limit: int = 20


class Login(BaseModel):
    """What a form has."""

    username: str


class Language(BaseModel):
    """What a header says."""

    language: str = Field(alias="Accept-Language")


class Preferences(BaseModel):
    """What a cookie says."""

    theme: str


def test_a_view_takes_and_gives_what_spectree_s_documentation_shows(
    app: Flask, client: FlaskClient
) -> None:
    @app.post("/items")
    @api.validate(resp=ResponseModels(HTTP_200=Item))
    def create(json: Item) -> Item:
        return json

    @app.get("/items")
    @api.validate(resp=ResponseModels(HTTP_200=list[Item]))
    def items(query: Filter) -> list[Item]:
        return [Item(name=tag) for tag in query.tag]

    @app.patch("/items/<int(min=1):number>")
    @api.validate()
    def touch(number: int) -> dict[int, Decimal]:
        return {number: Decimal("9.50")}

    @app.post("/login")
    @api.validate()
    def login(form: Login, json: Item) -> dict[str, BaseModel]:
        return {"form": form, "json": json}

    @app.get("/me")
    @api.validate()
    def me(headers: Language, cookies: Preferences) -> list[str]:
        return [headers.language, cookies.theme]

    hat = {"name": "Hat", "price": "9.50"}
    assert client.post("/items", json=hat).json == hat
    assert client.get("/items?tag=a&tag=b").json == [
        {"name": name, "price": "1"} for name in ("a", "b")
    ]
    assert client.get("/items?tag=a").json == [{"name": "a", "price": "1"}]
    assert client.get("/items?limit=1&limit=2").status_code == 422
    assert client.patch("/items/1").json == {"1": "9.50"}
    assert client.post("/login", data={"username": "ada"}).json == {
        "form": {"username": "ada"},
        "json": None,
    }
    assert client.post("/login", json=hat).get_json()["json"] == hat
    assert client.post("/login", data={"name": "ada"}).get_json()["errors"] == [
        {"pointer": "/username", "detail": "Field required"}
    ]
    client.set_cookie("theme", "dark")
    assert client.get("/me", headers={"Accept-Language": "de"}).json == ["de", "dark"]
    assert client.get("/me").get_json()["errors"][0]["parameter"] == "Accept-Language"
    paths = client.get("/openapi.json").get_json()["paths"]
    assert set(paths["/login"]["post"]["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
    }
    assert "requestBody" not in paths["/items/{number}"]["patch"]
    refusal = paths["/items"]["get"]["responses"]["422"]
    assert list(refusal["content"]) == ["application/problem+json"]


@pytest.fixture
def items() -> ApiBlueprint:
    """A blueprint for whoever sends a token, and an endpoint that is its signature and its body."""

    def authenticate() -> None:
        access_token(request.headers.get("Authorization"))

    items = ApiBlueprint("items", __name__, url_prefix="/items", authenticate=authenticate)

    @items.put("/<int:number>")
    def put_item(number: int, json: Item) -> tuple[Item, Literal[201]]:
        return Item(name=f"{json.name} {number}"), 201

    @items.get("", public=True)
    def list_items() -> list[Item]:
        return [Item(name="Hat")]

    return items


def test_an_endpoint_is_its_signature_and_its_body(
    app: Flask, client: FlaskClient, items: ApiBlueprint
) -> None:
    app.register_blueprint(items)
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer x"
    made = client.put("/items/7", json={"name": "Hat"})
    assert (made.status_code, made.json) == (201, {"name": "Hat 7", "price": "1"})
    operation = client.get("/openapi.json").get_json()["paths"]["/items/{number}"]["put"]
    assert set(operation["responses"]) == {"201", "400", "401", "404", "413", "415", "422", "503"}
    assert operation["tags"] == ["items"]
    for status, body in {415: "x", 400: "{", 422: "{}"}.items():
        media_type = "text/plain" if status == 415 else "application/json"
        refused = client.put("/items/7", data=body, content_type=media_type)
        assert (refused.status_code, refused.content_type) == (status, "application/problem+json")


def test_only_what_is_public_is_for_strangers(
    app: Flask, client: FlaskClient, items: ApiBlueprint
) -> None:
    class Stock(MethodView):
        def get(self) -> str:
            return "secret"

    items.add_url_rule("/stock", view_func=Stock.as_view("stock"))
    app.register_blueprint(items)
    assert client.get("/items").json == [{"name": "Hat", "price": "1"}]
    assert client.get("/items/stock").status_code == 401
    assert client.put("/items/7", data="{").status_code == 401


def test_an_answer_that_is_not_what_the_view_promises_is_a_mistake_that_is_logged(
    app: Flask, client: FlaskClient, items: ApiBlueprint, caplog: pytest.LogCaptureFixture
) -> None:
    @items.get("/wrong", public=True)
    def wrong() -> Item:
        return {"price": 1}  # type: ignore[return-value]  # that is the mistake

    app.register_blueprint(items)
    failed = client.get("/items/wrong")
    assert (failed.status_code, failed.content_type) == (500, "application/problem+json")
    assert "Field required" in caplog.text


def test_ids_are_those_of_flask(app: Flask, client: FlaskClient) -> None:
    app.url_map.converters["word"] = UnicodeConverter

    @app.get("/things/<uuid:id>/<word:name>")
    @api.validate()
    def get_thing(id: UUID, name: str) -> dict[str, object]:  # noqa: A002  # its name in the path
        return {name: id}

    known = UUID(int=7)
    assert client.get(f"/things/{known}/hat").json == {"hat": str(known)}
    assert client.get("/things/7/hat").status_code == 404
    operation = client.get("/openapi.json").get_json()["paths"]["/things/{id}/{name}"]["get"]
    assert [each["schema"] for each in operation["parameters"]] == [
        {"type": "string", "format": "uuid"},
        {"type": "string"},
    ]


def test_the_document_is_printed_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    assert json.loads(openapi_document())["info"]["title"] == NAME


def test_an_unknown_path_and_method_are_problems(client: FlaskClient) -> None:
    assert client.get("/nowhere").get_json()["status"] == 404
    assert client.get("/api//v1/users/me").get_json()["status"] == 404
    refused = client.post("/api/v1/users/me/password")
    assert (refused.status_code, set(refused.allow)) == (405, {"OPTIONS", "PUT"})
    assert set(client.options("/api/v1/users/me/password").allow) == {"PUT"}


def test_a_body_that_is_too_large_is_a_problem(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    client = make_app(settings.model_copy(update={"max_body_bytes": 10})).test_client()
    refused = client.post("/api/v1/users", json={"email": "ada@example.com"})
    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")


def test_what_a_view_aborts_with_is_a_problem_with_its_headers(
    app: Flask, client: FlaskClient
) -> None:
    @app.get("/later")
    def later() -> str:
        raise ServiceUnavailable(retry_after=7)

    @app.get("/teapot")
    def teapot() -> str:
        abort(418)

    @app.get("/gone")
    def gone() -> str:
        abort(410, "It was archived.")

    response = client.get("/later")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
    assert client.get("/teapot", headers=REQUEST_ID).json == {
        "type": "about:blank",
        "title": "I'm a Teapot",
        "status": 418,
        "detail": "I'm a Teapot.",
        "instance": "/teapot",
        "request_id": "of-the-test",
    }
    assert client.get("/gone").get_json()["detail"] == "It was archived."


def test_a_view_that_fails_is_a_problem_without_its_cause_which_is_logged(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/fails")
    def fail() -> str:
        raise ZeroDivisionError("the cause")

    response = client.get("/fails", headers=REQUEST_ID)
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert response.json == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    [error] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert error.getMessage() == "Exception on /fails [GET]"
    assert "ZeroDivisionError: the cause" in caplog.text


@pytest.mark.parametrize("option", ["debug", "testing"])
def test_an_error_is_left_to_flask_s_debugger_and_to_tests(app: Flask, option: str) -> None:
    setattr(app, option, True)

    @app.get("/fails")
    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fails")


def test_a_blueprint_may_have_an_error_handler_of_its_own(app: Flask, client: FlaskClient) -> None:
    pages = Blueprint("pages", __name__, url_prefix="/pages")

    @pages.errorhandler(404)
    def say_so(_error: Exception) -> tuple[str, int]:
        return "There is no such page.", 404

    @pages.get("/<name>")
    def page(name: str) -> str:
        abort(404)

    app.register_blueprint(pages)
    refused = client.get("/pages/nowhere")
    assert (refused.status_code, refused.text) == (404, "There is no such page.")
    assert 'route="/pages/{name}",status="404"' in client.get("/metrics").text


def test_a_view_can_stream(app: Flask, client: FlaskClient) -> None:
    @app.get("/stream")
    def stream() -> Response:
        return Response(stream_with_context(letter for letter in "abc"))

    response = client.get("/stream")
    assert response.text == "abc"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_two_applications_in_one_process_share_nothing(
    make_app: Callable[[Settings], Flask], settings: Settings, new_database: Callable[[], str]
) -> None:
    other = settings.model_copy(update={"database_url": SecretStr(new_database())})
    tables.upgrade(other.database_url.get_secret_value())
    account = {"email": "ada@example.com", "password": "correct horse battery"}
    first, second = make_app(settings), make_app(other)
    second.get("/more")(api.validate()(lambda: ""))
    for app in (first, second):
        assert app.test_client().post("/api/v1/users", json=account).status_code == 201
        documented = app.test_client().get("/openapi.json").get_json()["paths"]
        assert ("/more" in documented) == (app is second)


def test_requests_are_traced_where_a_collector_is_named(
    make_app: Callable[[Settings], Flask], settings: Settings, collector: Collector
) -> None:
    url = collector.url
    app = make_app(settings.model_copy(update={"otel_exporter_otlp_endpoint": url}))
    app.test_client().get("/api/v1/users/me", headers={"Authorization": "Bearer nonsense"})
    app.extensions["tracer_provider"].shutdown()
    assert b"GET /api/v1/users/me" in b"".join(collector.received)

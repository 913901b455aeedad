"""What a view of the API says by its signature is read, answered and described."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from decimal import Decimal
from itertools import count, islice
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import pytest
from flask import Flask, Response, request, send_file, stream_with_context
from flask.testing import FlaskClient
from flask.views import MethodView
from pydantic import BaseModel, Field, SecretStr
from spectree import Response as ResponseModels
from spectree.model_adapter.pydantic_adapter import BaseFile
from werkzeug.routing import UnicodeConverter

from task_service.config import Settings
from task_service.infrastructure.api.inputs import (
    access_token,
)
from task_service.infrastructure.api.schema import (
    ApiBlueprint,
    api,
    openapi_document,
)
from task_service.migrations import tables

T = TypeVar("T")


class Item(BaseModel):
    """What a shop sells."""

    name: str
    price: Decimal = Decimal(1)


class Found(BaseModel, Generic[T]):
    """What there is of one kind."""

    items: list[T]


class Filter(BaseModel):
    """What a client asks for."""

    tag: list[str] = []
    limit: int = 20


class Login(BaseModel):
    """What a form has."""

    username: str


class Pictures(BaseModel):
    """What a form with files has."""

    tags: list[str]
    files: list[BaseFile]


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


def test_a_blueprint_is_there_twice(app: Flask, client: FlaskClient, items: ApiBlueprint) -> None:
    app.register_blueprint(items)
    app.register_blueprint(items, name="old", url_prefix="/old")
    assert client.get("/old").json == client.get("/items").json
    paths = client.get("/openapi.json").get_json()["paths"]
    ids = [paths[f"/{each}"]["get"]["operationId"] for each in ("items", "old")]
    assert ids == ["list_items", "list_items_old_get"]


def test_a_view_may_answer_in_several_ways(
    app: Flask, client: FlaskClient, items: ApiBlueprint
) -> None:
    @items.put("/<name>", public=True)
    def put_named(name: str, json: Item) -> Response | Item | tuple[Item, Literal[201]]:
        if name == "old":
            return Response(status=307, headers={"Location": "new"})
        return json if name == json.name else (json, 201)

    app.register_blueprint(items)
    for name, status in {"Hat": 200, "Cap": 201, "old": 307}.items():
        assert client.put(f"/items/{name}", json={"name": "Hat"}).status_code == status
    answers = client.get("/openapi.json").get_json()["paths"]["/items/{name}"]["put"]["responses"]
    assert all("Item" in str(answers[status]) for status in ("200", "201"))


def test_a_status_may_be_any(app: Flask, client: FlaskClient, items: ApiBlueprint) -> None:
    @items.post("/<int:status>", public=True)
    def add_item(status: int, json: Item) -> tuple[Item, int]:
        return json, status

    app.register_blueprint(items)
    # Some of them are those of problems, too.
    for status in (200, 202, 404, 409, 503):
        added = client.post(f"/items/{status}", json={"name": "Hat"})
        assert (added.status_code, added.json) == (status, {"name": "Hat", "price": "1"})


def test_an_answer_is_one_of_several_models(
    app: Flask, client: FlaskClient, items: ApiBlueprint
) -> None:
    @items.get("/found/<name>", public=True)
    def find(name: str) -> tuple[Found[Item] | Login | dict[str, Item], Literal[200, 203]]:
        item = Item(name=name)
        found: dict[str, Any] = {"hat": Found(items=[item]), "ada": Login(username=name)}
        return found.get(name, {name: item}), 203

    app.register_blueprint(items)
    item = {"price": "1"}
    for name, answer in {
        "hat": {"items": [{"name": "hat"} | item]},
        "ada": {"username": "ada"},
        "cap": {"cap": {"name": "cap"} | item},
    }.items():
        response = client.get(f"/items/found/{name}")
        assert (response.status_code, response.json) == (203, answer)
    document = client.get("/openapi.json").get_json()
    answers = document["paths"]["/items/found/{name}"]["get"]["responses"]
    reference = answers["200"]["content"]["application/json"]["schema"]["$ref"]
    assert answers["203"]["content"] == answers["200"]["content"]
    schemas = document["components"]["schemas"]
    assert [each.get("$ref") for each in schemas[reference.split("/")[-1]]["anyOf"]] == [
        "#/components/schemas/Found_Item_",
        "#/components/schemas/Login",
        None,
    ]
    assert {"Found_Item_", "Login", "Item"} <= schemas.keys()


def test_a_view_may_be_asynchronous(
    app: Flask, client: FlaskClient, items: ApiBlueprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    @items.put("/slowly", public=True)
    async def put_slowly(json: Item) -> Item:
        await asyncio.sleep(0)
        return json

    def run(view: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def wait_for(given: dict[str, Any]) -> Any:
            return await view(**given)

        return lambda **given: asyncio.run(wait_for(given))

    # As `flask[async]` does it, by a thread.
    monkeypatch.setattr(app, "async_to_sync", run)
    app.register_blueprint(items)
    assert client.put("/items/slowly", json={"name": "Hat"}).json == {"name": "Hat", "price": "1"}


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


def test_a_form_may_have_several_files_or_one(
    app: Flask, client: FlaskClient, items: ApiBlueprint
) -> None:
    @items.post("/pictures", public=True)
    def add_pictures(form: Pictures) -> list[str]:
        # Each is one of Werkzeug's.
        files: Any = form.files
        return [*form.tags, *(each.filename for each in files)]

    app.register_blueprint(items)
    for names in (["a.png"], ["a.png", "b.png"]):
        sent = {"tags": ["red"], "files": [(io.BytesIO(b""), name) for name in names]}
        assert client.post("/items/pictures", data=sent).json == ["red", *names]


def test_an_answer_that_is_not_what_the_view_promises_is_a_mistake_that_is_logged(
    app: Flask, client: FlaskClient, items: ApiBlueprint, caplog: pytest.LogCaptureFixture
) -> None:
    @items.get("/wrong", public=True)
    def wrong() -> Item:
        return {"price": 1}  # type: ignore[return-value]  # that is the mistake

    @items.put("/wrong", public=True)
    def put_wrong() -> tuple[Item, Literal[201]]:
        return Response('{"price": 1}', 201)  # type: ignore[return-value]  # the same

    @items.post("/wrong", public=True)
    def post_wrong() -> tuple[Item, Literal[201]]:
        return Item(name="Hat"), 202  # type: ignore[return-value]  # the same

    app.register_blueprint(items)
    assert client.post("/items/wrong").status_code == 500
    for method in ("GET", "PUT"):
        caplog.clear()
        failed = client.open("/items/wrong", method=method)
        assert (failed.status_code, failed.content_type) == (500, "application/problem+json")
        assert "Field required" in caplog.text


def test_a_stream_or_a_file_is_sent_as_it_is_made(
    app: Flask, client: FlaskClient, items: ApiBlueprint
) -> None:
    @items.get("/numbers", public=True)
    def numbers() -> Response:
        # It has no end.
        return Response(stream_with_context(f"{number} " for number in count()))

    @items.get("/file", public=True)
    def file() -> Response:
        return send_file(io.BytesIO(b"red"), mimetype="text/plain")

    app.register_blueprint(items)
    with client.get("/items/numbers") as response:
        assert [*islice(response.iter_encoded(), 2)] == [b"0 ", b"1 "]
    assert client.get("/items/file").text == "red"


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


def test_a_document_is_made_once(app: Flask) -> None:
    assert openapi_document(app) is openapi_document(app)

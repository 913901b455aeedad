"""The application as a whole: its pages, its document, and the ways to serve it."""

import asyncio
import json
from decimal import Decimal
from importlib import import_module

import httpx
import ninja.testing
import pytest
from django.contrib.staticfiles.management.commands import runserver
from django.db.models import BigAutoField
from django.http import HttpRequest
from django.test import Client
from ninja import Form, Schema
from pytest_django import Settings

from {{ cookiecutter.__package_name }}.about import NAME, VERSION
from {{ cookiecutter.__package_name }}.accounts.models import User
from {{ cookiecutter.__package_name }}.infrastructure.api.schema import (
    Api,
    Renderer,
)
from {{ cookiecutter.__package_name }}.infrastructure.api.schema import (
    openapi_document as api_document,
)
from {{ cookiecutter.__package_name }}.infrastructure.observability import (
    tracing,
)
from {{ cookiecutter.__package_name }}.web.app import (
    create_app,
    openapi_document,
)

READY = {"database": "ok", "migrations": "ok"}
UNREADY = {"database": "unavailable", "migrations": "unavailable"}


@pytest.mark.django_db
def test_it_lives_and_is_ready(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "checks": READY})


# No mark, and pytest-django lets nobody connect to the database.
def test_without_its_database_it_lives_and_is_not_ready(client: Client) -> None:
    assert client.get("/livez").status_code == 200
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.json()["checks"] == UNREADY


def test_requests_are_counted_by_their_route(http: httpx.Client) -> None:
    http.get("/livez")
    http.get("/nowhere")
    counted = http.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/livez",status="200"}' in counted
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in counted


ROUTES = {
    "/docs/app.js": "/docs/{name}",
    "/admin/accounts/user/1/change/": "/admin/accounts/user/{object_id}/change/",
    "/admin/accounts/": "/admin/{app_label}/",
    "/admin/nothing/": "/admin/{url}",
}


@pytest.mark.parametrize(("path", "route"), ROUTES.items(), ids=ROUTES.keys())
def test_a_route_is_told_as_openapi_writes_it(client: Client, path: str, route: str) -> None:
    client.get(path)
    assert f'route="{route}"' in client.get("/metrics").text


def test_the_pages_are_there(client: Client) -> None:
    front = client.get("/")
    assert NAME in front.text
    assert VERSION in front.text
    assert 'id="swagger-ui"' in client.get("/docs").text
    assert client.get("/docs/swagger-ui.css").headers["Content-Type"].startswith("text/css")
    assert client.get("/docs/nonsense.css").status_code == 404


class Item(Schema):
    """What a shop sells."""

    name: str
    price: Decimal = Decimal(1)


def test_a_view_takes_and_gives_what_django_ninja_s_documentation_shows() -> None:
    api = Api(urls_namespace="shop", docs_url=None, openapi_url=None, renderer=Renderer())

    @api.post("/items")
    def create(request: HttpRequest, item: Item) -> Item:
        return item

    @api.patch("/items/{number}", response={200: dict[int, Decimal], 404: Item})
    def touch(request: HttpRequest, number: int) -> dict[int, Decimal]:
        return {number: Decimal("9.50")}

    @api.post("/login")
    def login(request: HttpRequest, username: Form[str]) -> list[str]:
        return [username]

    hat = {"name": "Hat", "price": "9.50"}
    client = ninja.testing.TestClient(api)
    assert client.post("/items", json=hat).json() == hat
    assert client.patch("/items/7").json() == {"7": "9.50"}
    assert client.post("/login", POST={"username": "ada"}).json() == ["ada"]
    paths = json.loads(api_document(api))["paths"]
    assert list(paths["/api/v1/items"]["post"]["requestBody"]["content"]) == ["application/json"]
    touched = paths["/api/v1/items/{number}"]["patch"]
    assert "requestBody" not in touched
    assert list(touched["responses"]["404"]["content"]) == ["application/json"]


def test_the_document_describes_the_api_and_is_printed_without_a_server(client: Client) -> None:
    served = client.get("/openapi.json").content
    assert openapi_document() == served
    document = json.loads(served)
    assert document["info"]["title"] == NAME
    assert set(document["paths"]["/api/v1/users"]) == {"get", "post"}
    [scheme] = document["components"]["securitySchemes"].values()
    assert scheme == {"type": "http", "scheme": "bearer"}


def test_head_is_answered_as_get_is_without_a_body(http: httpx.Client) -> None:
    response = http.head("/api/v1/users/me")
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused(settings: Settings) -> None:
    settings.SERVICE = settings.SERVICE.model_copy(update={"max_body_bytes": 10})
    transport = httpx.WSGITransport(create_app())
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        refused = client.post("/api/v1/users", json={"email": "ada@example.com"})
    assert (refused.status_code, refused.json()["status"]) == (413, 413)


@pytest.mark.django_db
def test_a_body_whose_length_nobody_has_declared_is_read() -> None:
    # Our server declares it; others leave it to whoever reads.
    transport = httpx.WSGITransport(create_app())
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        headers = {"Content-Type": "application/json"}
        refused = client.post("/api/v1/users", content=iter([b"{", b"}"]), headers=headers)
    assert (refused.status_code, len(refused.json()["errors"])) == (422, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
def test_djangos_own_server_serves_it(settings: Settings, debug: bool) -> None:
    settings.DEBUG = debug
    handler = runserver.Command().get_handler(use_static_handler=True, insecure_serving=False)
    with httpx.Client(transport=httpx.WSGITransport(handler)) as client:
        response = client.get("http://localhost/livez")
    assert response.json() == {"status": "ok"}
    assert "X-Request-ID" in response.headers


def test_a_server_of_asgi_serves_it() -> None:
    app = import_module("{{ cookiecutter.__package_name }}.web.asgi").application

    async def ask(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.get(f"http://localhost{path}")

    response = asyncio.run(ask("/livez"))
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "X-Request-ID" in response.headers
    refused = asyncio.run(ask("/nowhere"))
    assert (refused.status_code, refused.json()["instance"]) == (404, "/nowhere")


def test_requests_are_traced_where_a_collector_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced: list[object] = []
    monkeypatch.setattr(tracing, "install", traced.append)
    settings.SERVICE = settings.SERVICE.model_copy(
        update={"otel_exporter_otlp_endpoint": "http://collector.example"}
    )
    create_app()
    assert traced == [settings.SERVICE]


def test_a_table_without_a_key_of_its_own_counts_in_64_bits() -> None:
    assert isinstance(User.groups.through._meta.pk, BigAutoField)

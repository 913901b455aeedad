"""What Sanic's guide shows works in an application of ours as it stands there."""

# What the guide shows is more than Sanic's annotations know.
# mypy: disable-error-code="untyped-decorator,arg-type,union-attr,return-value"

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from client import Client
from sanic import Blueprint, HTTPResponse, Request, Websocket, file, json, redirect, text
from sanic.exceptions import NotFound, Unauthorized
from sanic.views import HTTPMethodView, stream
from websockets.asyncio.client import connect

from task_service.config import Settings
from task_service.services import App
from task_service.web.app import create_app


def test_a_library_s_blueprint_is_found_with_its_slash_and_without(
    app: App, runner: asyncio.Runner
) -> None:
    blueprint = Blueprint("auth", url_prefix="/auth")
    blueprint.add_route(lambda _request: text("in"), "/")
    app.blueprint(blueprint)
    with Client(app, runner) as client:
        assert [client.get(path)[1].text for path in ("/auth", "/auth/")] == ["in", "in"]
        assert client.get("/livez/")[1].status == 404


def test_views_by_class_with_typed_variables(app: App, runner: asyncio.Runner) -> None:
    class Log(HTTPMethodView, attach=app, uri="/log/<day:ymd>"):
        async def get(self, _request: Request, day: date) -> HTTPResponse:
            return text(f"{day:%d.%m.%Y}")

        @stream
        async def post(self, request: Request, day: date) -> HTTPResponse:
            source: Any = request.stream
            return text(str(sum([len(piece) async for piece in source])))

    with Client(app, runner) as client:
        assert client.get("/log/2030-12-24")[1].text == "24.12.2030"
        assert client.post("/log/2030-12-24", content=b"x" * 100_000)[1].text == "100000"
        assert client.put("/log/2030-12-24")[1].status == 405
        assert client.get("/log/today")[1].status == 404


def test_forms_uploads_cookies_and_files(app: App, runner: asyncio.Runner, tmp_path: Path) -> None:
    @app.post("/upload")
    async def upload(request: Request) -> HTTPResponse:
        sent = request.files.get("file")
        assert sent
        (tmp_path / sent.name).write_bytes(sent.body)
        response = redirect(app.url_for("static", name="static", filename=sent.name))
        response.add_cookie("title", request.form.get("title"), httponly=True)
        return response

    @app.get("/download")
    async def download(_request: Request) -> HTTPResponse:
        return await file(tmp_path / "hat.txt", filename="cap.txt")

    app.static("/static", tmp_path, use_content_range=True)
    with Client(app, runner) as client:
        sent = {"data": {"title": "Hat"}, "files": {"file": ("hat.txt", b"red")}}
        _, response = client.post("/upload", **sent)
        assert response.headers["Set-Cookie"].startswith("title=Hat; ")
        _, found = client.get(response.headers["Location"], headers={"Range": "bytes=1-2"})
        assert (found.status, found.text) == (206, "ed")
        assert "cap.txt" in client.get("/download")[1].headers["Content-Disposition"]
        assert client.get("/static/none.txt")[1].json["status"] == 404


def test_groups_of_blueprints_with_versions_middleware_and_errors(
    app: App, runner: asyncio.Runner
) -> None:
    plants = Blueprint("plants", url_prefix="/plants")
    group = Blueprint.group(plants, url_prefix="/garden", version=2)

    @plants.get("/one")
    async def one(request: Request) -> HTTPResponse:
        raise LookupError(request.ctx.word)

    @group.on_request
    async def begin(request: Request) -> None:
        request.ctx.word = "rose"

    @group.on_response
    async def end(_request: Request, response: HTTPResponse) -> None:
        response.headers["Cache-Control"] = "public"

    @group.exception(LookupError)
    async def missing(_request: Request, error: LookupError) -> HTTPResponse:
        return text(f"no {error}", status=410)

    @app.exception(NotFound)
    async def nowhere(_request: Request, _error: NotFound) -> HTTPResponse:
        return text("Nothing here.", status=404)

    app.blueprint(group)
    with Client(app, runner) as client:
        _, response = client.get("/v2/garden/plants/one")
        assert (response.status, response.text) == (410, "no rose")
        assert response.headers["Cache-Control"] == "public"
        assert client.get("/nowhere")[1].text == "Nothing here."


def test_listeners_signals_and_errors_with_headers(app: App, runner: asyncio.Runner) -> None:
    words: list[str] = []

    @app.before_server_start
    async def connect_to_it(app: App) -> None:
        app.ctx.pool = "pool"  # type: ignore[attr-defined]

    @app.signal("plant.grown.<name>")
    async def hear(name: str) -> None:
        words.append(name)

    @app.get("/words")
    async def tell(request: Request) -> HTTPResponse:
        await request.app.dispatch("plant.grown.rose")
        await asyncio.sleep(0)
        return json([*words, request.app.ctx.pool])

    @app.get("/secret")
    async def refuse(_request: Request) -> HTTPResponse:
        raise Unauthorized("Who is it?", scheme="Basic", realm="here")

    with Client(app, runner) as client:
        assert client.get("/words")[1].json == ["rose", "pool"]
        _, refused = client.get("/secret")
        assert refused.headers["WWW-Authenticate"] == 'Basic realm="here"'
        assert refused.json["detail"] == "Who is it?"


def test_tasks_in_the_background(app: App, runner: asyncio.Runner) -> None:
    words: list[str] = []

    async def grow(word: str) -> None:
        words.append(word)
        await asyncio.Event().wait()

    @app.before_server_start
    async def begin(app: App) -> None:
        app.add_task(grow("begun"), name="begin")

    @app.post("/later")
    async def later(request: Request) -> HTTPResponse:
        request.app.add_task(grow("later"))
        return text("It grows.", status=202)

    with Client(app, runner) as client:
        assert client.post("/later")[1].status == 202
    assert words == ["begun", "later"]


def test_a_websocket_of_one_s_own(app: App, runner: asyncio.Runner) -> None:
    @app.websocket("/echo")
    async def echo(_request: Request, socket: Websocket) -> None:
        async for message in socket:
            await socket.send(f"{message}!")

    async def talk(port: int) -> str | bytes:
        async with connect(f"ws://127.0.0.1:{port}/echo") as socket:
            await socket.send("hello")
            return await socket.recv()

    with Client(app, runner) as client:
        assert runner.run(talk(client.port)) == "hello!"


def test_two_applications_in_one_process_share_nothing(
    settings: Settings, runner: asyncio.Runner
) -> None:
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    statuses = []
    for limit in (1000, 10):
        app = create_app(settings=settings.model_copy(update={"max_body_bytes": limit}))
        with Client(app, runner) as client:
            statuses.append(client.post("/api/v1/users", json=body)[1].status)
    assert statuses == [201, 413]


def test_sanic_extensions_are_left_alone_where_they_are_installed(
    app: App, runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sanic_ext.py").write_text("raise AssertionError('imported')\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with Client(app, runner) as client:
        assert client.get("/docs")[1].status == 200

"""What Flask's documentation shows works in an application of ours as it stands there."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import click
import httpx
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    g,
    get_flashed_messages,
    got_request_exception,
    render_template_string,
    request,
    session,
    stream_with_context,
    url_for,
)
from flask.testing import FlaskClient
from flask.views import MethodView
from pydantic import SecretStr
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from task_service.accounts.models import User
from task_service.config import Settings
from task_service.services import services


def test_forms_uploads_and_flashed_messages(app: Flask, client: FlaskClient) -> None:
    @app.post("/upload")
    def upload() -> str:
        flash(f"{request.form['title']}: {request.files['file'].read().decode()}")
        return ""

    @app.get("/messages")
    def messages() -> list[object]:
        return [*get_flashed_messages()]

    client.post("/upload", data={"title": "Hat", "file": (io.BytesIO(b"red"), "hat.txt")})
    assert client.get("/messages").json == ["Hat: red"]
    assert client.get("/messages").json == []


def test_pages_with_templates_and_static_files(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    pages = Blueprint("pages", __name__, static_folder=str(folder), url_prefix="/pages")
    (folder / "style.css").write_text("body { color: red }", "utf-8")

    @pages.get("/<name>")
    def page(name: str) -> str:
        source = "<link href=\"{{ url_for('.static', filename='style.css') }}\">{{ name }}"
        return render_template_string(source, name=name)

    app.register_blueprint(pages)
    response = client.get("/pages/<b>")
    assert response.text == '<link href="/pages/static/style.css">&lt;b&gt;'
    # It says what may be loaded where it wants to.
    assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert client.get("/pages/static/style.css").mimetype == "text/css"


def test_hooks_g_and_error_handlers(app: Flask, client: FlaskClient) -> None:
    @app.before_request
    def begin() -> None:
        g.words = ["before"]

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Words"] = " ".join([*g.words, "after"])
        return response

    @app.errorhandler(LookupError)
    def missing(error: LookupError) -> tuple[dict[str, str], int]:
        return {"missing": str(error)}, 410

    @app.get("/missing")
    def fail() -> str:
        raise LookupError("it")

    response = client.get("/missing")
    assert (response.status_code, response.json) == (410, {"missing": "it"})
    assert response.headers["X-Words"] == "before after"


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


def test_streaming_and_views_by_class(app: Flask, client: FlaskClient) -> None:
    class Counter(MethodView):
        init_every_request = False

        def get(self) -> Response:
            def numbers() -> Iterator[str]:
                yield from request.args["to"]

            return Response(stream_with_context(numbers()))

        def put(self) -> dict[str, Any]:
            return dict(request.get_json())

    app.add_url_rule("/counter", view_func=Counter.as_view("counter"))
    streamed = client.get("/counter?to=123")
    assert (streamed.text, streamed.headers["X-Frame-Options"]) == ("123", "DENY")
    assert client.put("/counter", json={"a": 1}).json == {"a": 1}
    assert client.delete("/counter").status_code == 405


def test_signals_tell_of_errors(app: Flask, client: FlaskClient) -> None:
    heard: list[Exception] = []

    def hear(_app: Flask, exception: Exception) -> None:
        heard.append(exception)

    @app.get("/fails")
    def fail() -> str:
        raise ZeroDivisionError

    with got_request_exception.connected_to(hear, app):
        assert client.get("/fails").status_code == 500
    assert [type(each) for each in heard] == [ZeroDivisionError]


def test_commands_and_contexts(app: Flask) -> None:
    pages = Blueprint("pages", __name__, cli_group="pages")

    @pages.cli.command("env")
    def env() -> None:
        click.echo(services().settings.app_env)

    app.register_blueprint(pages)
    assert app.test_cli_runner().invoke(args=["pages", "env"]).output == "test\n"
    with app.test_request_context("/nowhere"):
        assert url_for("operations.livez") == "/livez"
        assert app.full_dispatch_request().status_code == 404


def test_what_a_session_of_one_s_own_rolls_back_is_not_done(app: Flask) -> None:
    engine = app.extensions["services"].database.engine
    user = {"email": "ada@example.com", "password_hash": ""}
    for end, count in ((Session.rollback, 0), (Session.commit, 1)):
        with Session(engine) as session:
            session.execute(insert(User).values(user))
            end(session)
        with Session(engine) as session:
            assert session.scalar(select(func.count(User.id))) == count


def test_it_is_mounted_and_others_are_mounted_in_it(app: Flask) -> None:
    other = Flask("other")
    other.add_url_rule("/", view_func=lambda: "other")
    inner = app.wsgi_app
    app.wsgi_app = DispatcherMiddleware(inner, {"/other": other})  # type: ignore[method-assign]
    assert app.test_client().get("/other/").text == "other"
    outer = Flask("outer")
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/in": inner})  # type: ignore[method-assign]
    client = outer.test_client()
    assert 'href="/in/docs"' in client.get("/in/").text
    assert client.get("/in/nowhere").get_json()["instance"] == "/in/nowhere"


def test_a_preflight_is_for_flask_cors_where_no_origin_is_set(
    app: Flask, client: FlaskClient
) -> None:
    @app.after_request
    def allow(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    response = client.options("/api/v1/users", headers=asked)
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (200, "*")
    refused = client.options("/api/v1/users")
    assert (refused.status_code, refused.content_type) == (405, "application/problem+json")


def test_a_view_may_answer_options_itself(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/own", view_func=lambda: "own", methods=["OPTIONS"])
    assert client.options("/own").text == "own"


def test_flask_s_server_serves_the_application(app: Flask) -> None:
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        response = httpx.get(f"http://127.0.0.1:{server.port}/livez", trust_env=False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert response.json() == {"status": "ok"}


def test_a_session_is_good_where_the_key_is_the_same(
    settings: Settings, make_app: Callable[[Settings], Flask]
) -> None:
    def client(key: str) -> FlaskClient:
        app = make_app(settings.model_copy(update={"secret_key": SecretStr(key)}))

        @app.get("/session")
        def change_session() -> list[str]:
            kept = [*session]
            session["user"] = "ada"
            return kept

        return app.test_client()

    first, same, other = (client(key) for key in ("one", "one", "two"))
    first.get("/session")
    cookie = first.get_cookie("session")
    assert cookie
    for each in (same, other):
        each.set_cookie("session", cookie.value)
    assert same.get("/session").json == ["user"]
    assert other.get("/session").json == []

"""What Pyramid's documentation shows works in an application of ours as it stands there."""

import pytest
from pydantic import SecretStr
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from task_service.config import Settings
from task_service.web.app import create_app

from .adding import add_feature, add_view


@pytest.mark.parametrize(("path", "status"), [("/readyz", 200), ("/nowhere", 404)])
def test_a_view_asks_another_one(
    config: Configurator, client: TestApp, path: str, status: int
) -> None:
    def ask(request: Request) -> Response:
        response: Response = request.invoke_subrequest(request.blank(path), use_tweens=True)
        return response

    config.add_route("ask", "/ask")
    config.add_view(ask, route_name="ask", permission=NO_PERMISSION_REQUIRED)
    answer = client.get("/ask", headers={"X-Request-ID": "of-the-test"}, status=status)
    assert answer.json.get("request_id", "of-the-test") == "of-the-test"


class Anybody:
    """A security policy by which all is permitted."""

    def identity(self, request: Request) -> None:
        """Nobody asks who it is."""

    def permits(self, request: Request, context: object, permission: str) -> bool:
        return True


def test_a_feature_says_who_may_what_and_what_is_not_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def includeme(config: Configurator) -> None:
        config.set_security_policy(Anybody())
        config.add_notfound_view(lambda _request: Response("Nothing here.", status=404))
        config.add_route("mine", "/mine")
        config.add_view(lambda _request: Response("Mine."), route_name="mine")

    add_feature(monkeypatch, includeme)
    client = TestApp(create_app(settings))
    assert client.get("/mine").text == "Mine."
    assert client.get("/nowhere", status=404).text == "Nothing here."


def test_a_feature_has_routes_below_a_prefix_and_static_files(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_hat(request: Request) -> dict[str, str]:
        return dict(request.matchdict or {})

    def includeme(config: Configurator) -> None:
        config.include(
            lambda within: add_view(within, "hats/{id}", get_hat), route_prefix="/api/v1"
        )
        config.add_static_view("pictures", "task_service:web/templates")

    add_feature(monkeypatch, includeme)
    client = TestApp(create_app(settings))
    assert client.get("/api/v1/hats/7").json == {"id": "7"}
    assert "/api/v1/hats/{id}" in client.get("/openapi.json").json["paths"]
    missing = client.get("/pictures/none.png", status=404)
    assert missing.json["detail"] == "There is nothing at this address."
    counted = client.get("/metrics").text
    assert all(f'route="{each}"' in counted for each in ("/api/v1/hats/{id}", "/pictures/*subpath"))


FORM = "application/x-www-form-urlencoded"
MALFORMED = {
    "json_body": {"method": "POST", "body": b"{"},
    "json_body without an end": {"method": "POST", "body": b"[" * 100_000},
    "params": {"method": "GET", "query_string": "a=%ff"},
    "POST": {"method": "POST", "content_type": "multipart/form-data", "body": b"a"},
    "charset": {"method": "POST", "content_type": "text/plain; charset=none", "body": b"a"},
    "form": {"method": "POST", "content_type": f"{FORM}; charset=latin-1", "body": b"a=b"},
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_what_pyramid_can_not_read_is_the_client_s_mistake(
    config: Configurator, client: TestApp, sent: dict[str, object]
) -> None:
    def read(request: Request) -> dict[str, object]:
        return {"params": [*request.params], "body": request.json_body}

    config.add_route("read", "/read")
    config.add_view(read, route_name="read", renderer="json", permission=NO_PERMISSION_REQUIRED)
    good = client.post_json("/read?a=1", [1])
    assert good.json == {"params": ["a"], "body": [1]}
    refused = client.request("/read", **sent, status=400)
    assert refused.content_type == "application/problem+json"


def test_a_session_is_good_where_the_key_is_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_session(request: Request) -> list[str]:
        kept = [*request.session]
        request.session["user"] = "ada"
        return kept

    add_feature(monkeypatch, lambda config: add_view(config, "/session", change_session))
    first, same, other = (
        TestApp(create_app(settings.model_copy(update={"secret_key": SecretStr(key)})))
        for key in ("one", "one", "two")
    )
    first.get("/session")
    for each in (same, other):
        each.set_cookie("session", first.cookies["session"])
    assert same.get("/session").json == ["user"]
    assert other.get("/session").json == []

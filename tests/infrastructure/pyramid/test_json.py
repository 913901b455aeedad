"""What a view answers becomes JSON, and is described."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import BaseModel
from pyramid.config import Configurator
from pyramid.renderers import render
from pyramid.request import Request
from webtest import TestApp

from .adding import add_view


class Point:
    def __json__(self, _request: Request) -> dict[str, int]:
        return {"x": 1}


@dataclass
class Pair:
    left: int

    def __json__(self, _request: Request) -> list[int]:
        return [self.left, 2]


class Model(BaseModel):
    id: UUID = UUID(int=1)


VALUES: dict[str, tuple[object, object]] = {
    "one's own": ({"point": Point()}, {"point": {"x": 1}}),
    "a dataclass of one's own": ([Pair(1)], [[1, 2]]),
    "a model": (Model(), {"id": str(UUID(int=1))}),
    "models": ([Model()], [{"id": str(UUID(int=1))}]),
    "a time": ({"at": datetime(2030, 1, 1, tzinfo=UTC)}, {"at": "2030-01-01T00:00:00Z"}),
    "a large number": (2**70, 2**70),
}


@pytest.mark.parametrize(("value", "written"), VALUES.values(), ids=VALUES.keys())
def test_json_is_made_of_what_pyramid_knows_and_of_what_pydantic_knows(
    config: Configurator, client: TestApp, value: object, written: object
) -> None:
    add_view(config, "/json", lambda _request: value)
    response = client.get("/json")
    assert (response.content_type, response.json) == ("application/json", written)


def test_an_endpoint_needs_no_more_than_its_route_to_be_described(
    config: Configurator, client: TestApp, account: dict[str, str]
) -> None:
    class Plants:
        def __init__(self, request: Request) -> None:
            pass

        def all(self) -> list[Model]:
            """All plants."""
            return [Model()]

    config.add_route("plants", r"/api/v1/plants/{id:[0-9]{1,3}}")
    config.add_view(Plants, attr="all", route_name="plants", renderer="json")
    document = client.get("/openapi.json").json
    listed = document["paths"]["/api/v1/plants/{id}"]["get"]
    assert listed["summary"] == "All plants"
    assert listed["responses"].keys() == {"200", "401", "404", "503"}
    assert listed["security"] == [{"bearer": []}]
    assert "Model" in document["components"]["schemas"]
    assert client.get("/api/v1/plants/1", headers=account).json == [{"id": str(UUID(int=1))}]
    assert 'route="/api/v1/plants/{id}",status="200"' in client.get("/metrics").text


def test_a_view_may_have_a_media_type_of_its_own(config: Configurator, client: TestApp) -> None:
    def answer(request: Request) -> dict[str, str]:
        request.response.content_type = "application/hal+json"
        return {}

    add_view(config, "/hal", answer)
    assert client.get("/hal").content_type == "application/hal+json"


def test_a_response_may_be_conditional(config: Configurator, client: TestApp) -> None:
    def answer(request: Request) -> dict[str, str]:
        request.response.conditional_response = True
        request.response.etag = "1"
        return {}

    add_view(config, "/kept", answer)
    assert client.get("/kept").headers["ETag"] == '"1"'
    assert client.get("/kept", headers={"If-None-Match": '"1"'}, status=304).body == b""


def test_json_can_be_made_without_a_request(config: Configurator) -> None:
    with config:
        assert json.loads(render("json", {"one": 1})) == {"one": 1}

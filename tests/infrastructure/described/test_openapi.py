"""The document of operations: types that go in and come out of whatever kind."""

import json
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel

from task_service.infrastructure.api.openapi import (
    Operation,
    openapi_document,
)

ITEM = "#/components/schemas/Item"


class Color(Enum):
    """One of few."""

    RED = "red"


class Item(BaseModel):
    """A price may come as a number, and goes out as text."""

    price: Decimal = Decimal(1)


class Query(BaseModel):
    """Which items."""

    color: Color
    tag: list[str] = []


def test_types_are_described_as_they_go_in_and_as_they_come_out() -> None:
    operations = (
        Operation("/items", "post", "add", "Add.", 201, Item, body=Item),
        Operation("/items", "get", "list", "List.", 200, list[Item], query=Query, is_public=True),
    )
    document = json.loads(openapi_document(operations))
    added, listed = (document["paths"]["/items"][method] for method in ("post", "get"))
    given, returned = ({"$ref": f"#/components/schemas/Item-{way}"} for way in ("Input", "Output"))
    assert added["tags"] == ["items"]
    assert added["requestBody"]["content"]["application/json"]["schema"] == given
    assert added["responses"]["201"]["content"]["application/json"]["schema"] == returned
    assert listed["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": returned,
    }
    assert set(added["responses"]) == {"201", "400", "401", "413", "415", "422", "503"}
    assert set(listed["responses"]) == {"200", "422", "503"}
    color, tag = listed["parameters"]
    assert (color["required"], tag["required"]) == (True, False)
    assert color["schema"] == {"$ref": "#/components/schemas/Color"}
    assert {"Color", "Item-Input", "Item-Output"} < document["components"]["schemas"].keys()


def test_operations_of_one_name_are_told_apart_by_their_paths() -> None:
    operations = tuple(
        Operation(f"/{each}/items/{{id}}", "get", "item", "An item.", 200, Item)
        for each in ("latest", "v1")
    )
    paths = json.loads(openapi_document(operations))["paths"].values()
    assert [each["get"]["operationId"] for each in paths] == ["item", "item_v1_items__id__get"]


class Response:
    """What a framework makes."""


@pytest.mark.parametrize(
    ("output", "described"),
    [
        (Response, None),
        (Response | Item, {"$ref": ITEM}),
        (
            Item | list[Item],
            {"anyOf": [{"$ref": ITEM}, {"type": "array", "items": {"$ref": ITEM}}]},
        ),
    ],
)
def test_a_response_of_the_framework_says_nothing(output: Any, described: object) -> None:
    document = openapi_document((Operation("/items", "get", "list", "List.", 200, output),))
    answer = json.loads(document)["paths"]["/items"]["get"]["responses"]["200"]
    assert answer.get("content", {}).get("application/json", {}).get("schema") == described

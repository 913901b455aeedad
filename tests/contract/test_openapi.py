"""The OpenAPI document: all of /api/v1 is in it, with the problems that it answers."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .problems import MEMBERS
from .project import Project

PROBLEM = "application/problem+json"
UNAVAILABLE = {"503"}
SIGNED_IN = {"401", *UNAVAILABLE}
BODY = {"400", "413", "415", "422"}
RESPONSES = {
    ("post", "/api/v1/users"): {"201", "409", "429", *BODY, *UNAVAILABLE},
    ("get", "/api/v1/users"): {"200", "403", "422", *SIGNED_IN},
    ("get", "/api/v1/users/me"): {"200", *SIGNED_IN},
    ("delete", "/api/v1/users/me"): {"204", "429", *BODY, *SIGNED_IN},
    ("put", "/api/v1/users/me/password"): {"204", "429", *BODY, *SIGNED_IN},
    ("post", "/api/v1/password-resets"): {"202", "429", *BODY, *UNAVAILABLE},
    ("put", "/api/v1/password-resets/{secret}"): {"204", "404", *BODY, *UNAVAILABLE},
    ("post", "/api/v1/email-verifications"): {"202", "429", *SIGNED_IN},
    ("put", "/api/v1/email-verifications/{secret}"): {"204", "404", *UNAVAILABLE},
    ("post", "/api/v1/tokens"): {"201", "401", "429", *BODY, *UNAVAILABLE},
    ("get", "/api/v1/tokens"): {"200", "422", *SIGNED_IN},
    ("delete", "/api/v1/tokens"): {"204", *SIGNED_IN},
    ("delete", "/api/v1/tokens/{id}"): {"204", "404", *SIGNED_IN},
    ("delete", "/api/v1/tokens/current"): {"204", *SIGNED_IN},
    ("get", "/api/v1/tasks"): {"200", "422", *SIGNED_IN},
    ("post", "/api/v1/tasks"): {"201", *BODY, *SIGNED_IN},
    ("get", "/api/v1/tasks/{id}"): {"200", "404", *SIGNED_IN},
    ("patch", "/api/v1/tasks/{id}"): {"200", "404", *BODY, *SIGNED_IN},
    ("delete", "/api/v1/tasks/{id}"): {"204", "404", *SIGNED_IN},
}
# What is done without a token: by credentials, or by what was mailed.
PUBLIC = {
    ("post", "/api/v1/users"),
    ("post", "/api/v1/tokens"),
    ("post", "/api/v1/password-resets"),
    ("put", "/api/v1/password-resets/{secret}"),
    ("put", "/api/v1/email-verifications/{secret}"),
}
# Of the frameworks that hold connections open.
OPTIONAL = {("get", "/api/v1/events"), ("get", "/api/v1/tasks/export")}
EACH = pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param(method, path, marks=pytest.mark.part("tasks") if "/tasks" in path else ())
        for method, path in RESPONSES
    ],
)
METHODS = {"get", "put", "post", "patch", "delete", "head", "options", "trace"}


@pytest.fixture
def document(client: httpx.Client) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    document: dict[str, Any] = response.json()
    return document


def resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a reference refers to, in the same document."""
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def test_it_is_of_a_version_that_tools_read(document: dict[str, Any], project: Project) -> None:
    assert document["openapi"].startswith("3.1.") or document["openapi"] == "3.0.3"
    assert document["info"]["title"]
    assert document["info"]["version"] == project.version


def test_it_has_each_operation_of_the_api(
    document: dict[str, Any], parts: frozenset[str], is_as_generated: bool
) -> None:
    operations = {
        (method, path)
        for path, item in document["paths"].items()
        for method in METHODS & set(item)
        if path.startswith("/api/v1/")
    }
    needed = expected(parts)
    assert needed <= operations
    # Whoever has changed a project may have added to it.
    assert operations <= needed | OPTIONAL or not is_as_generated


def expected(parts: frozenset[str]) -> set[tuple[str, str]]:
    return {
        (method, path) for method, path in RESPONSES if "tasks" in parts or "/tasks" not in path
    }


@EACH
def test_each_operation_lists_its_responses(
    document: dict[str, Any], method: str, path: str
) -> None:
    responses = document["paths"][path][method]["responses"]
    assert RESPONSES[method, path] <= set(responses)
    for status in RESPONSES[method, path]:
        if int(status) >= 400:
            assert_describes_problem(document, responses[status])


def assert_describes_problem(document: dict[str, Any], response: dict[str, Any]) -> None:
    content = resolve(document, response)["content"]
    assert set(content) == {PROBLEM}
    schema = resolve(document, content[PROBLEM]["schema"])
    assert set(schema["properties"]) >= MEMBERS
    assert set(schema["required"]) >= MEMBERS


@EACH
def test_each_operation_says_whether_it_needs_a_token(
    document: dict[str, Any], method: str, path: str
) -> None:
    required = document["paths"][path][method].get("security", document.get("security", []))
    if (method, path) in PUBLIC:
        assert required == []
    else:
        [scheme] = [name for requirement in required for name in requirement]
        described = resolve(document, document["components"]["securitySchemes"][scheme])
        assert (described["type"], described["scheme"].lower()) == ("http", "bearer")


@pytest.mark.part("tasks")
def test_a_change_may_be_a_merge_patch_by_name(document: dict[str, Any]) -> None:
    patch = document["paths"]["/api/v1/tasks/{id}"]["patch"]
    assert set(patch["requestBody"]["content"]) == {
        "application/json",
        "application/merge-patch+json",
    }


def test_operations_have_names_for_generated_clients(
    document: dict[str, Any], parts: frozenset[str]
) -> None:
    names = [document["paths"][path][method]["operationId"] for method, path in expected(parts)]
    assert all(name.isidentifier() for name in names)
    assert len(set(names)) == len(names)
    # Of whichever framework: so a client fits all.
    assert {"register", "me", "sign_in", "sign_out"} <= set(names)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        # Another test has signed up so, or not yet.
        ("/api/v1/users", {201, 409}),
        ("/api/v1/tokens", {201}),
        pytest.param("/api/v1/tasks", {201}, marks=pytest.mark.part("tasks")),
    ],
)
def test_the_body_that_it_gives_as_an_example_is_accepted(
    api: httpx.Client, document: dict[str, Any], path: str, status: set[int]
) -> None:
    api.post("/api/v1/users", json=example(document, "/api/v1/users"))
    assert api.post(path, json=example(document, path)).status_code in status


def example(document: dict[str, Any], path: str) -> dict[str, Any]:
    """What the page at /docs fills in; of a pattern it would make noise."""
    content = document["paths"][path]["post"]["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    properties = resolve(document, schema)["properties"]
    return {
        name: value["examples"][0] if "examples" in value else value.get("default")
        for name, value in properties.items()
    }


def test_what_has_a_pattern_has_an_example(document: dict[str, Any]) -> None:
    assert [node for node in nodes(document) if "pattern" in node and "examples" not in node] == []


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """All objects within a document."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from nodes(each)

"""Tasks as the service shows them."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

FIELDS = frozenset({"id", "title", "done", "due_at", "created_at", "updated_at"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def instant(text: str) -> datetime:
    """The time that RFC 3339 text in UTC stands for; it must end with `Z`."""
    assert INSTANT.fullmatch(text), text
    return datetime.fromisoformat(text)


def assert_id(text: str) -> None:
    """Check that it is a UUID of version 7 in its usual form."""
    identity = UUID(text)
    assert identity.version == 7
    assert str(identity) == text


def create_task(
    api: httpx.Client, title: str = "Water the plants", **fields: Any
) -> dict[str, Any]:
    response = api.post("/api/v1/tasks", json={"title": title, **fields})
    assert response.status_code == 201, response.text
    task: dict[str, Any] = response.json()
    assert set(task) == FIELDS
    return task


def read_task(api: httpx.Client, task: dict[str, Any]) -> dict[str, Any]:
    response = api.get(f"/api/v1/tasks/{task['id']}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def list_ids(api: httpx.Client, **query: str | int) -> list[str]:
    """The ids of one page."""
    response = api.get("/api/v1/tasks", params=query)
    assert response.status_code == 200, response.text
    return [task["id"] for task in response.json()["items"]]

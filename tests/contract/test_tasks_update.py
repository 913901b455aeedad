"""Changing a task by a JSON merge patch (RFC 7396)."""

import json
from typing import Any

import httpx
import pytest

from .problems import assert_invalid, assert_problem
from .tasks import create_task, instant, read_task

pytestmark = [pytest.mark.part("tasks"), pytest.mark.storage]

DUE = "2030-01-02T03:04:05.678901Z"
MERGE_PATCH = "application/merge-patch+json"


def path_of(task: dict[str, Any]) -> str:
    return f"/api/v1/tasks/{task['id']}"


def dated(api: httpx.Client) -> dict[str, Any]:
    return create_task(api, "Water the plants", done=False, due_at=DUE)


CHANGES = {
    "the title": ({"title": "  Feed the cat "}, {"title": "Feed the cat"}),
    "done": ({"done": True}, {"done": True}),
    "another time": (
        {"due_at": "2031-01-01T00:00:00.5+01:00"},
        {"due_at": "2030-12-31T23:00:00.5Z"},
    ),
    "no time": ({"due_at": None}, {"due_at": None}),
    "two at once": ({"title": "x", "done": True}, {"title": "x", "done": True}),
}


@pytest.mark.parametrize(("patch", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_a_patch_changes_what_it_names_and_the_time_of_update(
    api: httpx.Client, patch: dict[str, Any], change: dict[str, Any]
) -> None:
    task = dated(api)
    response = api.patch(path_of(task), json=patch)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    updated = response.json()
    assert instant(updated["updated_at"]) > instant(task["updated_at"])
    changed = {**task, **change, "updated_at": updated["updated_at"]}
    assert comparable(updated) == comparable(changed)
    assert read_task(api, task) == updated


def comparable(task: dict[str, Any]) -> dict[str, Any]:
    """The task with its due time as a time, as a fraction may be written in several ways."""
    return {**task, "due_at": task["due_at"] and instant(task["due_at"])}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", MERGE_PATCH, f"{MERGE_PATCH}; charset=utf-8", "Application/JSON"],
)
def test_a_patch_comes_as_either_media_type(api: httpx.Client, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    response = api.patch(path_of(dated(api)), content=b'{"done": true}', headers=headers)
    assert response.status_code == 200
    assert response.json()["done"] is True


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json-patch+json",
        "application/problem+json",
        "application/merge-patch",
        "merge-patch+json",
        "json",
    ],
)
def test_a_patch_of_another_media_type_is_refused(api: httpx.Client, content_type: str) -> None:
    task = dated(api)
    headers = {"Content-Type": content_type}
    assert_problem(api.patch(path_of(task), content=b'{"done": true}', headers=headers), 415)
    assert read_task(api, task) == task


def test_an_empty_patch_changes_nothing(api: httpx.Client) -> None:
    task = dated(api)
    response = api.patch(path_of(task), json={})
    assert response.status_code == 200
    assert response.json() == task
    assert read_task(api, task) == task


INVALID = {
    "null for the title": ({"title": None}, ["/title"]),
    "null for done": ({"done": None}, ["/done"]),
    "both null": ({"title": None, "done": None}, ["/title", "/done"]),
    "an empty title": ({"title": ""}, ["/title"]),
    "a blank title": ({"title": "  "}, ["/title"]),
    "201 characters": ({"title": "x" * 201}, ["/title"]),
    "NUL in the title": ({"title": "a\0b"}, ["/title"]),
    "text for done": ({"done": "true"}, ["/done"]),
    "1 for done": ({"done": 1}, ["/done"]),
    "a time without an offset": ({"due_at": "2030-01-01T00:00:00"}, ["/due_at"]),
    "a number for a time": ({"due_at": 0}, ["/due_at"]),
    "a good title with a bad done": ({"title": "x", "done": 1}, ["/done"]),
    "an unknown field": ({"title": "x", "priority": 1}, ["/priority"]),
    "an unknown field to remove": ({"priority": None}, ["/priority"]),
    "another id": ({"id": "1"}, ["/id"]),
    "a time of creation": ({"created_at": DUE}, ["/created_at"]),
    "a time of update": ({"updated_at": DUE}, ["/updated_at"]),
    "a list": ([], [""]),
    "a JSON patch": ([{"op": "remove", "path": "/due_at"}], [""]),
    "text": ("done", [""]),
    "null": (None, [""]),
    "true": (True, [""]),
}


@pytest.mark.parametrize(("patch", "pointers"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_patch_is_refused_and_changes_nothing(
    api: httpx.Client, patch: object, pointers: list[str]
) -> None:
    task = dated(api)
    headers = {"Content-Type": MERGE_PATCH}
    response = api.patch(path_of(task), content=json.dumps(patch), headers=headers)
    assert_invalid(response, pointers=pointers)
    assert read_task(api, task) == task

"""Tasks: each user has their own."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from webtest import TestApp

from task_service.accounts.errors import InvalidToken
from task_service.infrastructure.database.access import (
    Database,
)
from task_service.tasks import use_cases
from task_service.tasks.schemas import TaskInput

TASKS = "/api/v1/tasks"


def add(client: TestApp, title: str, **fields: Any) -> dict[str, Any]:
    task: dict[str, Any] = client.post_json(TASKS, {"title": title, **fields}, status=201).json
    return task


def test_a_new_task_is_not_done_and_can_be_read_again(signed_in: TestApp) -> None:
    response = signed_in.post_json(TASKS, {"title": " Water the plants "}, status=201)
    task = response.json
    assert (task["title"], task["done"], task["due_at"]) == ("Water the plants", False, None)
    assert response.headers["Location"].endswith(f"{TASKS}/{task['id']}")
    assert signed_in.get(response.headers["Location"]).json == task


def test_who_is_deleted_meanwhile_adds_nothing(database: Database) -> None:
    with pytest.raises(InvalidToken):
        use_cases.add(database, uuid4(), TaskInput(title="Water the plants"))


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": None}, "/title"),
        ({"done": "yes"}, "/done"),
        ({"due_at": "tomorrow"}, "/due_at"),
        ({"due_at": "2030-01-01 00:00:00"}, "/due_at"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_with_a_task_is_said(
    signed_in: TestApp, fields: dict[str, Any], pointer: str
) -> None:
    response = signed_in.post_json(TASKS, {"title": "Water the plants", **fields}, status=422)
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


def test_times_are_told_in_utc(signed_in: TestApp) -> None:
    task = add(signed_in, "Water the plants", due_at="2030-01-01T01:00:00.1234567+01:00")
    assert task["due_at"] == "2030-01-01T00:00:00.123456Z"


def test_pages_are_the_newest_first(signed_in: TestApp) -> None:
    for title in ("one", "two", "three"):
        add(signed_in, title, done=title == "two")
    first = signed_in.get(TASKS, {"limit": 2}).json
    rest = signed_in.get(TASKS, {"limit": 2, "cursor": first["next_cursor"]}).json
    listed = [task["title"] for page in (first, rest) for task in page["items"]]
    assert listed == ["three", "two", "one"]
    assert rest["next_cursor"] is None
    done = signed_in.get(TASKS, {"done": "true"}).json
    assert [task["title"] for task in done["items"]] == ["two"]


@pytest.mark.parametrize("query", [{"limit": "0"}, {"cursor": "nonsense"}, {"done": "yes"}])
def test_what_is_wrong_with_a_query_is_said(signed_in: TestApp, query: dict[str, str]) -> None:
    response = signed_in.get(TASKS, query, status=422)
    assert [error["parameter"] for error in response.json["errors"]] == [*query]


def test_a_patch_changes_what_it_names(signed_in: TestApp) -> None:
    task = add(signed_in, "Water the plants", due_at="2030-01-01T00:00:00Z")
    path = f"{TASKS}/{task['id']}"
    changed = signed_in.patch_json(path, {"done": True, "due_at": None}).json
    assert changed == {**task, "done": True, "due_at": None, "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > task["updated_at"]
    assert signed_in.patch_json(path, {}).json == changed
    signed_in.patch_json(path, {"title": None}, status=422)


def test_a_deleted_task_is_gone(signed_in: TestApp) -> None:
    path = f"{TASKS}/{add(signed_in, 'Water the plants')['id']}"
    signed_in.delete(path, status=204)
    signed_in.get(path, status=404)
    signed_in.delete(path, status=404)
    signed_in.patch_json(path, {"done": True}, status=404)


def test_a_task_of_another_user_is_not_found(
    client: TestApp, sign_up: Callable[[], dict[str, str]]
) -> None:
    owner, other = sign_up(), sign_up()
    task = client.post_json(TASKS, {"title": "Water the plants"}, headers=owner).json
    path = f"{TASKS}/{task['id']}"
    client.get(path, headers=other, status=404)
    client.patch_json(path, {"done": True}, headers=other, status=404)
    client.delete(path, headers=other, status=404)
    assert client.get(TASKS, headers=other).json["items"] == []
    client.get(f"{TASKS}/nonsense", headers=owner, status=404)

"""Creating tasks: what is kept, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from .client import Account
from .problems import assert_invalid, assert_problem
from .service import Service
from .tasks import FIELDS, assert_id, create_task, instant, list_ids, read_task

pytestmark = [pytest.mark.part("tasks"), pytest.mark.storage]

TASKS = "/api/v1/tasks"


def test_a_new_task_has_defaults_and_a_location(api: httpx.Client) -> None:
    response = api.post(TASKS, json={"title": "Water the plants"})
    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/json"
    task = response.json()
    assert response.headers["Location"] == f"{TASKS}/{task['id']}"
    assert set(task) == FIELDS
    assert (task["title"], task["done"], task["due_at"]) == ("Water the plants", False, None)
    assert_id(task["id"])
    assert api.get(response.headers["Location"]).json() == task


def test_a_new_task_keeps_all_that_is_given(api: httpx.Client) -> None:
    due_at = "2030-01-02T03:04:05.678901Z"
    given = {"title": "Water the plants", "done": True, "due_at": due_at}
    task = create_task(api, "Water the plants", done=True, due_at=due_at)
    assert {name: task[name] for name in given} == given
    assert read_task(api, task) == task


def test_a_new_task_is_dated_now(api: httpx.Client) -> None:
    task = create_task(api)
    created = instant(task["created_at"])
    assert abs(datetime.now(UTC) - created) < timedelta(seconds=60)
    assert instant(task["updated_at"]) >= created


ACCEPTABLE_TITLES = {
    "one character": ("x", "x"),
    "200 characters": ("x" * 200, "x" * 200),
    "200 emoji": ("🌱" * 200, "🌱" * 200),
    "spaces around 200 characters": (f"  {'x' * 200}  ", "x" * 200),
    "tabs and line breaks around": ("\t\r\n x \n", "x"),
    "spaces within": (" a  b ", "a  b"),
    "markup": ("<b>&amp;'\"</b>", "<b>&amp;'\"</b>"),
    "right to left": ("שלום عليكم", "שלום عليكم"),
    "SQL": ("'; DROP TABLE tasks; --", "'; DROP TABLE tasks; --"),
    "a percent sign and braces": ("100% {0} %s", "100% {0} %s"),
}


@pytest.mark.parametrize(
    ("given", "kept"), ACCEPTABLE_TITLES.values(), ids=ACCEPTABLE_TITLES.keys()
)
def test_a_title_of_1_to_200_characters_is_kept_trimmed(
    api: httpx.Client, given: str, kept: str
) -> None:
    task = create_task(api, given)
    assert task["title"] == kept
    assert read_task(api, task) == task


INVALID = {
    "no title": ({}, ["/title"]),
    "an empty title": ({"title": ""}, ["/title"]),
    "a blank title": ({"title": " \t\n "}, ["/title"]),
    "201 characters": ({"title": "x" * 201}, ["/title"]),
    "201 emoji": ({"title": "🌱" * 201}, ["/title"]),
    "a title of NUL": ({"title": "\0"}, ["/title"]),
    "NUL in the title": ({"title": "a\0b"}, ["/title"]),
    "null for a title": ({"title": None}, ["/title"]),
    "a number for a title": ({"title": 1}, ["/title"]),
    "true for a title": ({"title": True}, ["/title"]),
    "a list for a title": ({"title": ["x"]}, ["/title"]),
    "an object for a title": ({"title": {"x": "y"}}, ["/title"]),
    "text for done": ({"title": "x", "done": "true"}, ["/done"]),
    "1 for done": ({"title": "x", "done": 1}, ["/done"]),
    "0 for done": ({"title": "x", "done": 0}, ["/done"]),
    "1.0 for done": ({"title": "x", "done": 1.0}, ["/done"]),
    "yes for done": ({"title": "x", "done": "yes"}, ["/done"]),
    "null for done": ({"title": "x", "done": None}, ["/done"]),
    "a list for done": ({"title": "x", "done": [True]}, ["/done"]),
    "an unknown field": ({"title": "x", "priority": 1}, ["/priority"]),
    "an id": ({"title": "x", "id": "1"}, ["/id"]),
    "a time of creation": ({"title": "x", "created_at": "2030-01-01T00:00:00Z"}, ["/created_at"]),
    "another's task": ({"title": "x", "user_id": "1"}, ["/user_id"]),
    "another case": ({"title": "x", "Done": True}, ["/Done"]),
    "an unknown field without a name": ({"title": "x", "": 1}, ["/"]),
    "three at once": ({"title": "", "done": 1, "due_at": 1}, ["/title", "/done", "/due_at"]),
}


@pytest.mark.parametrize(("task", "pointers"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_task_is_refused(
    api: httpx.Client, task: dict[str, Any], pointers: list[str]
) -> None:
    assert_invalid(api.post(TASKS, json=task), pointers=pointers)


def test_a_surrogate_pair_is_one_character(api: httpx.Client) -> None:
    body = b'{"title": "%s"}' % (rb"\ud83c\udf31" * 200)
    response = api.post(TASKS, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 201
    assert response.json()["title"] == "🌱" * 200


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "application/json;charset=UTF-8", "APPLICATION/JSON"],
)
def test_a_title_is_utf_8_however_that_is_declared(api: httpx.Client, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    response = api.post(TASKS, content='{"title": "ä"}'.encode(), headers=headers)
    assert response.status_code == 201
    assert response.json()["title"] == "ä"


def test_a_refused_task_is_not_kept(own_api: httpx.Client) -> None:
    assert_problem(own_api.post(TASKS, json={"title": "x", "done": 1}), 422, extra=["errors"])
    assert list_ids(own_api) == []


def test_many_writers_at_once_are_all_served(service: Service, account: Account) -> None:
    def write(_: int) -> str:
        with service.client(account.token) as client:
            tasks = [create_task(client) for _ in range(5)]
        return str(tasks[-1]["id"])

    with ThreadPoolExecutor(10) as pool:
        last = list(pool.map(write, range(10)))
    with service.client(account.token) as client:
        kept = list_ids(client, limit=100)
    assert len(kept) == 50
    assert set(last) < set(kept)

"""Listing tasks: pages, the filter, and what they refuse."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .tasks import create_task, list_ids

pytestmark = [pytest.mark.part("tasks"), pytest.mark.storage]

TASKS = "/api/v1/tasks"


def pages(api: httpx.Client, **query: str | int) -> Iterator[list[dict[str, Any]]]:
    """The items of each page, to the last one."""
    while True:
        page = api.get(TASKS, params=query)
        assert page.status_code == 200, page.text
        body = page.json()
        assert set(body) == {"items", "next_cursor"}
        yield body["items"]
        if body["next_cursor"] is None:
            return
        query["cursor"] = body["next_cursor"]


def walk(api: httpx.Client, **query: str | int) -> list[dict[str, Any]]:
    return [task for page in pages(api, **query) for task in page]


def newest_first(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(tasks, key=lambda task: str(task["id"]), reverse=True)


def test_without_tasks_the_list_is_empty(own_api: httpx.Client) -> None:
    response = own_api.get(TASKS)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"items": [], "next_cursor": None}


def test_a_list_has_ones_own_tasks_newest_first(api: httpx.Client, own_api: httpx.Client) -> None:
    create_task(api)
    tasks = [create_task(own_api, f"task {number}") for number in range(3)]
    assert own_api.get(TASKS).json() == {"items": newest_first(tasks), "next_cursor": None}


def test_a_page_has_20_tasks_by_default(own_api: httpx.Client) -> None:
    tasks = [create_task(own_api) for _ in range(21)]
    assert list(pages(own_api)) == [newest_first(tasks)[:20], newest_first(tasks)[20:]]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 100])
def test_the_pages_have_each_task_once(own_api: httpx.Client, limit: int) -> None:
    tasks = [create_task(own_api) for _ in range(7)]
    found = list(pages(own_api, limit=limit))
    assert [task for page in found for task in page] == newest_first(tasks)
    assert all(len(page) == limit for page in found[: 7 // limit])


def test_the_filter_shows_what_is_done_or_what_is_not(own_api: httpx.Client) -> None:
    done = [create_task(own_api, done=True) for _ in range(3)]
    to_do = [create_task(own_api) for _ in range(2)]
    assert walk(own_api, done="true", limit=2) == newest_first(done)
    assert walk(own_api, done="false", limit=1) == newest_first(to_do)
    assert walk(own_api, limit=2) == newest_first(done + to_do)


def test_pages_stay_in_place_while_rows_come_and_go(own_api: httpx.Client) -> None:
    tasks = newest_first([create_task(own_api) for _ in range(9)])
    first = own_api.get(TASKS, params={"limit": 3}).json()
    assert first["items"] == tasks[:3]
    for gone in (tasks[0], tasks[2], tasks[4]):
        own_api.delete(f"{TASKS}/{gone['id']}")
    for _ in range(4):
        create_task(own_api)
    second = own_api.get(TASKS, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert second["items"] == [tasks[3], tasks[5], tasks[6]]
    third = own_api.get(TASKS, params={"limit": 3, "cursor": second["next_cursor"]}).json()
    assert third == {"items": tasks[7:], "next_cursor": None}


def test_anothers_cursor_shows_nothing_of_the_other(
    api: httpx.Client, own_api: httpx.Client
) -> None:
    first, _ = create_task(api), create_task(api)
    cursor = api.get(TASKS, params={"limit": 1}).json()["next_cursor"]
    assert first["id"] not in list_ids(own_api, cursor=cursor)

"""Reading and deleting one task: only one's own, and only by its id."""

from uuid import UUID, uuid4

import httpx
import pytest

from .problems import assert_problem
from .tasks import create_task, read_task

pytestmark = [pytest.mark.part("tasks"), pytest.mark.storage]

TASKS = "/api/v1/tasks"


def call(api: httpx.Client, method: str, path: str) -> httpx.Response:
    """Call it with a body that is valid for the method."""
    return api.request(method, path, json={"done": True} if method == "PATCH" else None)


def test_a_task_is_read_by_its_id(api: httpx.Client) -> None:
    task = create_task(api)
    response = api.get(f"{TASKS}/{task['id']}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == task


def test_the_case_of_an_id_does_not_matter(api: httpx.Client) -> None:
    task = create_task(api)
    assert api.get(f"{TASKS}/{task['id'].upper()}").json() == task


def test_a_deleted_task_is_gone(api: httpx.Client) -> None:
    path = f"{TASKS}/{create_task(api)['id']}"
    deleted = api.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert_problem(api.get(path), 404)
    assert_problem(api.patch(path, json={"done": True}), 404)
    assert_problem(api.delete(path), 404)


def respell(task_id: str, way: str) -> str:
    """The id in a form that other programs write UUIDs in."""
    return {
        "without hyphens": task_id.replace("-", ""),
        "in braces": f"%7B{task_id}%7D",
        "as a URN": f"urn:uuid:{task_id}",
        "with a space": f"{task_id}%20",
        "with a line break": f"{task_id}%0A",
        "with NUL": f"{task_id}%00",
        "in quotes": f"%22{task_id}%22",
        "as a number": str(UUID(task_id).int),
        "with other hyphens": task_id.replace("-", "%E2%80%90"),
        "with a hyphen elsewhere": f"{task_id[:7]}-{task_id[7]}{task_id[9:]}",
        "with other digits": task_id.translate({48: "%D9%A0"}),
        "shortened": task_id[:-1],
        "lengthened": f"{task_id}0",
    }[way]


WAYS = [
    "without hyphens",
    "in braces",
    "as a URN",
    "with a space",
    "with a line break",
    "with NUL",
    "in quotes",
    "as a number",
    "with other hyphens",
    "with a hyphen elsewhere",
    "with other digits",
    "shortened",
    "lengthened",
]


@pytest.mark.parametrize("way", WAYS)
def test_an_id_in_another_form_is_unknown(api: httpx.Client, way: str) -> None:
    task = create_task(api)
    path = f"{TASKS}/{respell(task['id'], way)}"
    assert_problem(api.get(path), 404)
    assert_problem(api.patch(path, json={"done": True}), 404)
    assert_problem(api.delete(path), 404)
    assert read_task(api, task) == task


UNKNOWN = {
    "another UUID": str(uuid4()),
    "the nil UUID": str(UUID(int=0)),
    "the largest UUID": str(UUID(int=2**128 - 1)),
    "a word": "latest",
    "a number": "1",
    "a negative number": "-1",
    "a dot": "%2E",
    "NUL": "%00",
    "a quote": "%27",
    "an emoji": "%F0%9F%8C%B1",
    "4000 characters": "a" * 4000,
}


@pytest.mark.parametrize("task_id", UNKNOWN.values(), ids=UNKNOWN.keys())
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_task_is_not_found(api: httpx.Client, method: str, task_id: str) -> None:
    assert_problem(call(api, method, f"{TASKS}/{task_id}"), 404)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_anothers_task_is_not_found_and_not_touched(
    api: httpx.Client, own_api: httpx.Client, method: str
) -> None:
    task = create_task(api)
    path = f"{TASKS}/{task['id']}"
    problem = assert_problem(call(own_api, method, path), 404)
    unknown = assert_problem(call(own_api, method, f"{TASKS}/{uuid4()}"), 404)
    assert problem["title"] == unknown["title"]
    assert read_task(api, task) == task

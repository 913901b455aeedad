"""The query of the list of tasks: what it refuses."""

from collections.abc import Callable

import httpx
import pytest

from .problems import assert_invalid
from .tasks import create_task

pytestmark = [pytest.mark.part("tasks"), pytest.mark.storage]

TASKS = "/api/v1/tasks"

NOT_LIMITS = {
    "zero": "0",
    "101": "101",
    "negative": "-1",
    "a word": "all",
    "empty": "",
    "a fraction": "1.5",
    "an exponent": "1e1",
    "hexadecimal": "0x10",
    "an underscore": "1_0",
    "a boolean": "true",
    "digits that are not ASCII": "١٠",
    "superscript": "²",
    "2 to the 63rd": str(2**63),
    "10 to the 400th": "1" + "0" * 400,
    "5000 digits": "9" * 5000,
    "NUL": "1\0",
    "infinity": "Infinity",
}


@pytest.mark.parametrize("limit", NOT_LIMITS.values(), ids=NOT_LIMITS.keys())
def test_a_bad_limit_is_refused(api: httpx.Client, limit: str) -> None:
    assert_invalid(api.get(TASKS, params={"limit": limit}), parameters=["limit"])


@pytest.mark.parametrize("done", ["", "maybe", "2", "null", "-1", "true,false", "true\0", "ja"])
def test_a_bad_filter_is_refused(api: httpx.Client, done: str) -> None:
    assert_invalid(api.get(TASKS, params={"done": done}), parameters=["done"])


NOT_CURSORS = {
    "empty": "",
    "a word": "latest",
    "a number": "1",
    "another alphabet": "!!!!",
    "an emoji": "🌱",
    "NUL": "\0",
    "5000 characters": "a" * 5000,
    "a date": "2030-01-01T00:00:00Z",
    "JSON": '{"id":1}',
    "base64 of nonsense": "bm9uc2Vuc2U=",
    "only padding": "====",
    "SQL": "' OR 1=1 --",
}


@pytest.mark.parametrize("cursor", NOT_CURSORS.values(), ids=NOT_CURSORS.keys())
def test_a_bad_cursor_is_refused(api: httpx.Client, cursor: str) -> None:
    assert_invalid(api.get(TASKS, params={"cursor": cursor}), parameters=["cursor"])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda cursor: cursor[:-4], id="shortened"),
        pytest.param(lambda cursor: cursor[1:], id="beheaded"),
        pytest.param(lambda cursor: f"{cursor}AAAA", id="lengthened"),
        pytest.param(lambda cursor: cursor.swapcase(), id="the case swapped"),
        pytest.param(lambda cursor: cursor[::-1], id="reversed"),
    ],
)
def test_a_changed_cursor_is_no_error_of_the_service(
    api: httpx.Client, change: Callable[[str], str]
) -> None:
    for _ in range(2):
        create_task(api)
    cursor = change(api.get(TASKS, params={"limit": 1}).json()["next_cursor"])
    assert api.get(TASKS, params={"cursor": cursor}).status_code in {200, 422}


def test_all_bad_parameters_are_reported_at_once(api: httpx.Client) -> None:
    response = api.get(TASKS, params={"limit": "0", "cursor": "!", "done": "maybe"})
    assert_invalid(response, parameters=["limit", "cursor", "done"])


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=1&limit=2", "limit"),
        ("limit=2&limit=2", "limit"),
        ("limit=abc&limit=2", "limit"),
        ("limit=2&limit=abc", "limit"),
        ("limit=&limit=2", "limit"),
        ("done=true&done=false", "done"),
        ("done=true&limit=1&done=true", "done"),
        ("cursor=a&cursor=b", "cursor"),
    ],
)
def test_a_parameter_that_is_given_twice_is_refused(
    api: httpx.Client, query: str, parameter: str
) -> None:
    assert_invalid(api.get(f"{TASKS}?{query}"), parameters=[parameter])


@pytest.mark.parametrize("query", ["limit=1;done=true", "limit=%ff", "limit=%31%00", "limit"])
def test_a_query_is_read_as_browsers_write_forms(api: httpx.Client, query: str) -> None:
    assert_invalid(api.get(f"{TASKS}?{query}"), parameters=["limit"])


@pytest.mark.parametrize(
    "query", ["x=1", "x=1&x=2", "%ff=1", "a=%ff", "LIMIT=x", "limit%00=x", "&"]
)
def test_what_is_not_known_of_a_query_is_ignored(api: httpx.Client, query: str) -> None:
    assert api.get(f"{TASKS}?{query}&limit=1").status_code == 200


ODD = {
    "only ampersands": "&&&",
    "only an equals sign": "=",
    "a list": "limit[]=1",
    "half an escape": "limit=%2",
    "an escaped equals sign": "limit%3D1",
    "4000 characters": f"{'a' * 4000}=1",
}


@pytest.mark.parametrize("query", ODD.values(), ids=ODD.keys())
def test_an_odd_query_is_no_error_of_the_service(api: httpx.Client, query: str) -> None:
    assert api.get(f"{TASKS}?{query}").status_code in {200, 400, 422}

"""Bodies that are hardly JSON, or JSON of another shape."""

import json

import httpx
import pytest

from .problems import assert_invalid, assert_problem
from .resource import Resource

JSON = {"Content-Type": "application/json"}

MALFORMED = {
    "empty": b"",
    "blank": b"  \n",
    "cut off": b'{"title": "x"',
    "a lone brace": b"{",
    "single quotes": b"{'title': 'x'}",
    "names without quotes": b'{title: "x"}',
    "a comma at the end": b'{"title": "x",}',
    "something after it": b'{"title": "x"} x',
    "two documents": b'{"title": "x"}{"title": "y"}',
    "a comment": b'{"title": "x"} // x',
    "a line break in text": b'{"title": "a\nb"}',
    "a tab in text": b'{"title": "a\tb"}',
    "NUL in text": b'{"title": "a\0b"}',
    "an unknown escape": rb'{"title": "\x41"}',
    "half an escape": rb'{"title": "\u00"}',
    "a form": b"title=x",
    "a word": b"title",
    "invalid UTF-8": b'{"title": "\xff"}',
    "UTF-8 cut off": b'{"title": "\xf0\x9f\x8c"}',
    "overlong UTF-8": b'{"title": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"title": "\xed\xa0\x80"}',
    "Latin-1": '{"title": "ä"}'.encode("latin-1"),
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_json_is_a_bad_request(
    api: httpx.Client, resource: Resource, body: bytes
) -> None:
    assert_problem(api.post(resource.path, content=body, headers=JSON), 400)


DOUBTFUL = {
    "a lone surrogate": rb'{"title": "\ud800"}',
    "a pair in the wrong order": rb'{"title": "\udc00\ud800"}',
    "a lone surrogate for a name": rb'{"title": "x", "\ud800": 1}',
    "a lone surrogate for a time": rb'{"title": "x", "due_at": "\ud800"}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"title": "x", "due_at": Infinity}',
    "-Infinity": b'{"title": "x", "done": -Infinity}',
    "100,000 lists": b"[" * 100_000,
    "100,000 lists, closed": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 lists in a field": b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "900 lists in a field": b'{"title": "x", "x": ' + b"[" * 900 + b"]" * 900 + b"}",
    "10 to the 400th": b'{"title": "x", "due_at": 1e400}',
    "5000 digits": b'{"title": "x", "due_at": ' + b"9" * 5000 + b"}",
    "100,000 digits": b'{"title": ' + b"9" * 100_000 + b"}",
    "a fraction of 5000 digits": b'{"title": 0.' + b"1" * 5000 + b"}",
    "an exponent of 5000 digits": b'{"done": 1e' + b"1" * 5000 + b"}",
}


@pytest.mark.parametrize("body", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_json_that_parsers_disagree_on_is_refused_either_way(
    api: httpx.Client, resource: Resource, body: bytes
) -> None:
    response = api.post(resource.path, content=body, headers=JSON)
    assert response.status_code in {400, 422}
    assert_problem(
        response, response.status_code, extra=["errors"] if response.status_code == 422 else []
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'\xef\xbb\xbf{"title": "x"}', id="a byte order mark"),
        pytest.param(b'{"title": "x", "title": "y"}', id="a name twice"),
    ],
)
def test_json_that_the_rfc_leaves_open_is_no_error_of_the_service(
    api: httpx.Client, resource: Resource, body: bytes
) -> None:
    assert api.post(resource.path, content=body, headers=JSON).status_code in {201, 400, 422}


@pytest.mark.parametrize("root", [[], [{"title": "x"}], "title", "", 1, 1.5, True, None], ids=repr)
@pytest.mark.parametrize("path", ["{resource}", "/api/v1/users", "/api/v1/tokens"])
def test_a_body_that_is_no_object_is_invalid_at_its_root(
    api: httpx.Client, resource: Resource, path: str, root: object
) -> None:
    # httpx takes null for no body.
    response = api.post(resource.at(path), content=json.dumps(root), headers=JSON)
    assert response.json()["errors"][0]["detail"] == "Input should be an object"
    assert_invalid(response, pointers=[""])

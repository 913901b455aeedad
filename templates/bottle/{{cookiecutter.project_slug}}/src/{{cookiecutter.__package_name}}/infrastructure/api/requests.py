"""What a request brings, read strictly."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from bottle import abort, request
from pydantic import TypeAdapter

from .inputs import JSON, MERGE_PATCH, check_media_type, read_body, read_query

Input = TypeVar("Input")

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def json_body(kind: type[Input]) -> Input:
    """The body as a type of pydantic; raises InputError.

    Not Bottle's `request.json`, which takes NaN for a number, and nothing over 100 KiB.
    """
    accepted = (JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON,)
    check_media_type(request.content_type, *accepted)
    body: Input = read_body(_adapter(kind), _all_of_body())
    return body


def _all_of_body() -> bytes:
    """Not Bottle's `request.body`: it takes apart chunks, which the server has done already."""
    stream = request.environ["wsgi.input"]
    # Other servers than ours may wait for more at the end.
    is_terminated = request.environ.get("wsgi.input_terminated", False)
    body: bytes = stream.read() if is_terminated else stream.read(max(0, request.content_length))
    return body


def query(kind: type[Input]) -> Input:
    """The query as a type of pydantic; raises InputError.

    Bottle's `request.query` is in Latin-1, and fails where it is asked for UTF-8 and finds none.
    """
    found: Input = read_query(_adapter(kind), request.query_string)
    return found


def refuse_malformed_path() -> None:
    """Bottle drops what is not UTF-8 from a path, so that `/livez%ff` would be `/livez`."""
    path = request.environ["bottle.raw_path"]
    if path.isascii():
        return
    try:
        path.encode("latin-1").decode()
    except UnicodeDecodeError:
        abort(400)

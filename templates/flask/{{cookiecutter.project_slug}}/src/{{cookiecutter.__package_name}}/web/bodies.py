"""How requests are read, which is strictly, and JSON is written."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pydantic_core
from flask import Request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import UnsupportedMediaType

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


class StrictJson(JSONProvider):
    """The JSON of Flask: UTF-8 and nothing else, without NaN or lone surrogates."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Raises ValueError, which Flask answers with 400."""
        return pydantic_core.from_json(s, allow_inf_nan=False)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """What `jsonify`, or a view that returns a dict, makes of it."""
        return orjson.dumps(obj).decode()


class InvalidInput(Exception):
    """Something in a request is not what it has to be.

    errors: as pydantic lists them; within: "body" or "query".
    """

    def __init__(self, errors: Sequence[Mapping[str, Any]], *, within: str) -> None:
        super().__init__(errors)
        self.errors = errors
        self.within = within


def read_json(request: Request) -> Any:
    """The body; raises UnsupportedMediaType, or BadRequest for what is no JSON."""
    accepted = {JSON, MERGE_PATCH} if request.method == "PATCH" else {JSON}
    if request.mimetype not in accepted:
        raise UnsupportedMediaType
    return request.get_json()

"""How the application reads JSON, which is strictly, and writes it."""

from typing import Any

import orjson
import pydantic_core
from flask.json.provider import JSONProvider


class StrictJson(JSONProvider):
    """The JSON of Flask: UTF-8 and nothing else, without NaN or lone surrogates."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Raises ValueError, which Flask answers with 400."""
        return pydantic_core.from_json(s, allow_inf_nan=False)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """What `jsonify`, or a view that returns a dict, makes of it."""
        return orjson.dumps(obj).decode()

"""How the application reads JSON, which is strictly, and writes it."""

from typing import Any

import orjson
import pydantic_core
from flask.json.provider import DefaultJSONProvider
from pydantic import BaseModel


def _default(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return DefaultJSONProvider.default(value)


class StrictJson(DefaultJSONProvider):
    """The JSON of Flask: UTF-8 and nothing else, without NaN or lone surrogates."""

    default = staticmethod(_default)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Raises ValueError, which Flask answers with 400."""
        return pydantic_core.from_json(s, allow_inf_nan=False)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """What `jsonify`, or a view that returns a dict or a list, makes of it; models too."""
        return orjson.dumps(obj, self.default, orjson.OPT_NON_STR_KEYS).decode()

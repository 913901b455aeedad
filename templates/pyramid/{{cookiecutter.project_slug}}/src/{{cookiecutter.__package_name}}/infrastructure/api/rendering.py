"""How answers become JSON."""

import json
from collections.abc import Callable
from typing import Any

import pydantic_core
from pydantic import BaseModel
from pyramid.config import Configurator
from pyramid.renderers import JSON

Default = Callable[[object], object]


def includeme(config: Configurator) -> None:
    """Have `renderer="json"` write the types of pydantic as well."""
    renderer = JSON(serializer=_serialize)
    # What has no `__json__` of its own.
    renderer.add_adapter(object, lambda value, _request: pydantic_core.to_jsonable_python(value))
    config.add_renderer("json", renderer)


def _serialize(value: Any, default: Default) -> bytes:
    """What Pyramid's renderer calls; a model, as most views return it, goes to bytes at once."""
    if isinstance(value, BaseModel) and not hasattr(value, "__json__"):
        return pydantic_core.to_json(value, fallback=default)
    text = json.dumps(value, default=default, ensure_ascii=False, separators=(",", ":"))
    return text.encode()

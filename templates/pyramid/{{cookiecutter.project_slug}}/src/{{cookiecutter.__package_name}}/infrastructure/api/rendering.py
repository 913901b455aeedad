"""How answers become JSON."""

from collections.abc import Callable, Mapping
from typing import Any

import pydantic_core
from pyramid.config import Configurator

from .inputs import JSON


def includeme(config: Configurator) -> None:
    """Have `renderer="json"` write the types of pydantic as well."""
    config.add_renderer("json", json_renderer_factory)


def json_renderer_factory(_info: object) -> Callable[[object, Mapping[str, Any]], bytes]:
    """In place of Pyramid's: what a view returns goes to bytes at once."""
    return _render


def _render(value: object, system: Mapping[str, Any]) -> bytes:
    request = system["request"]
    if request is not None:
        # To set `content_type` would parse the one before.
        request.response.headers["Content-Type"] = JSON
    return pydantic_core.to_json(value)

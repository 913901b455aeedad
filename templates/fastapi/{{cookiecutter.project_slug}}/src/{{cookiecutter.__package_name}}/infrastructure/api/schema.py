"""The OpenAPI document: what FastAPI can't know of it."""

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from fastapi.utils import generate_unique_id

from .problems import MEDIA_TYPE, Problem

_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Seconds until the next attempt is looked at"},
}
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
# Of every operation, whatever it says itself; so FastAPI adds none of its own for 422.
ANY_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {"description": "A problem", "content": _PROBLEM}
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an endpoint, or all of a router, may answer with, for its `responses`."""
    return {
        status: {
            "content": _PROBLEM,
            "headers": {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in _HEADERS.get(status, {}).items()
            },
        }
        for status in statuses
    }


def unique_ids() -> Callable[[APIRoute], str]:
    """The ids of one application's operations, by which generated clients name their functions:
    ours, and FastAPI's longer ones where another path has a function of that name already, as the
    same has that is included with two prefixes.
    """
    places: dict[str, tuple[str, set[str] | None]] = {}

    def unique_id(route: APIRoute) -> str:
        place = (route.path_format, route.methods)
        is_first = places.setdefault(route.name, place) == place
        return route.name if is_first else generate_unique_id(route)

    return unique_id


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Add the schema of problems, and the other media type of patches, unless they are there."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= problem.pop("$defs") | {"Problem": problem}
    for operations in document["paths"].values():
        content = operations.get("patch", {}).get("requestBody", {}).get("content", {})
        if "application/json" in content:
            content["application/merge-patch+json"] = content["application/json"]
    return document

"""The OpenAPI document, from the code."""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ..problems import MEDIA_TYPE, Problem

Responses = dict[int | str, dict[str, Any]]

_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Seconds until the next attempt is looked at"},
}
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def problems(*statuses: int) -> Responses:
    """The problems that an endpoint may answer with, for its `responses`."""
    return {
        status: {
            "content": _PROBLEM,
            "headers": {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in _HEADERS.get(status, {}).items()
            },
        }
        for status in sorted(statuses)
    }


def install(app: FastAPI) -> None:
    """Add what FastAPI can't know: the schema of problems, which no endpoint returns."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            template = "#/components/schemas/{model}"
            problem = Problem.model_json_schema(ref_template=template)
            schemas = document["components"]["schemas"]
            schemas |= problem.pop("$defs") | {"Problem": problem}
            _drop_validation_errors(document["paths"], schemas)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _drop_validation_errors(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    # FastAPI adds its own 422 to endpoints with parameters that have none: ours can't fail.
    for operations in paths.values():
        for operation in operations.values():
            responses = operation["responses"]
            if "HTTPValidationError" in str(responses.get("422")):
                del responses["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)


def openapi_document(app: FastAPI) -> bytes:
    """The document as JSON."""
    return orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2)

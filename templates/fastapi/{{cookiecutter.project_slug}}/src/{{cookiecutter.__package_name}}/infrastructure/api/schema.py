"""The OpenAPI document, from the code."""

from typing import Any

import orjson
from fastapi import FastAPI

from .problems import MEDIA_TYPE, Problem

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
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = describe()
            template = "#/components/schemas/{model}"
            problem = Problem.model_json_schema(ref_template=template)
            schemas = document["components"]["schemas"]
            schemas |= problem.pop("$defs") | {"Problem": problem}
            for operations in document["paths"].values():
                for method, operation in operations.items():
                    _correct(method, operation)
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
        return describe()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _correct(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    content = operation.get("requestBody", {}).get("content", {})
    # FastAPI gives its own to each operation with input; an id in the path can't be invalid.
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
        schemas = [parameter["schema"] for parameter in operation.get("parameters", [])]
        if content or any(schema.get("format") != "uuid" for schema in schemas):
            responses["422"] = {"description": "Unprocessable Content", "content": _PROBLEM}
    if method == "patch" and "application/json" in content:
        content["application/merge-patch+json"] = content["application/json"]


def openapi_document(app: FastAPI) -> bytes:
    """The document as JSON."""
    return orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2)

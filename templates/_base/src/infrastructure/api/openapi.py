"""The OpenAPI document, for frameworks that make none: from the operations and their types."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, reduce
from http import HTTPStatus
from inspect import getdoc
from operator import or_
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import orjson
from pydantic import PydanticSchemaGenerationError, TypeAdapter

from ...about import DESCRIPTION, NAME, VERSION
from .document import with_distinct_ids
from .inputs import JSON, MERGE_PATCH
from .problems import MEDIA_TYPE, Problem

_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Seconds until the next attempt is looked at"},
}
_REFERENCE = "#/components/schemas/{model}"

# Of a type as it goes in ("validation"), and as it comes out.
Schemas = Mapping[tuple[Any, Literal["validation", "serialization"]], dict[str, Any]]


class Operation(NamedTuple):
    """A method of a path: what goes in, and what comes out.

    path: with variables in braces, of which those whose names end in "id" are UUIDs;
    output, body, query: types of pydantic; problems: the statuses that do not follow from the rest;
    output_type: the media type of what comes out.
    """

    path: str
    method: str
    name: str
    summary: str
    status: int
    output: Any
    problems: tuple[int, ...] = ()
    body: Any = None
    query: Any = None
    is_public: bool = False
    output_type: str = JSON

    @property
    def media_types(self) -> tuple[str, ...]:
        """The types that the body may have."""
        return (JSON, MERGE_PATCH) if self.method == "patch" else (JSON,)

    @property
    def all_problems(self) -> list[int]:
        """The statuses that are not successes."""
        each = {503, *self.problems}
        each |= set() if self.is_public else {401}
        each |= {404} if "{" in self.path else set()
        each |= {422} if self.query is not None else set()
        each |= {400, 413, 415, 422} if self.body is not None else set()
        return sorted(each)


def summary_of(endpoint: Callable[..., object]) -> str:
    """The first line of what an endpoint says of itself, as the document has it; "" for none."""
    return (getdoc(endpoint) or "").partition("\n")[0].rstrip(".")


@cache
def openapi_document(operations: tuple[Operation, ...]) -> bytes:
    """The document as JSON."""
    operations = tuple(each._replace(output=_described(each.output)) for each in operations)
    schemas, components = _schemas(operations)
    document = {
        "openapi": "3.1.0",
        "info": {"title": NAME, "version": VERSION, "description": DESCRIPTION},
        "paths": _paths(operations, schemas),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The `access_token` of `POST /api/v1/tokens`.",
                }
            },
        },
    }
    return orjson.dumps(with_distinct_ids(document), option=orjson.OPT_INDENT_2)


def _described(output: Any) -> Any:
    """What is described of what comes out, of several with | too: not what pydantic does not know,
    as a framework's own response is.
    """
    is_union = get_origin(output) in {Union, UnionType}
    known = [each for each in (get_args(output) if is_union else (output,)) if _is_known(each)]
    return reduce(or_, known) if known else None


def _is_known(kind: Any) -> bool:
    try:
        TypeAdapter(kind)
    except PydanticSchemaGenerationError:
        return False
    return kind is not None


def _paths(operations: Iterable[Operation], schemas: Schemas) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = _describe(operation, schemas)
    return paths


def _describe(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    success = {"description": HTTPStatus(operation.status).phrase}
    output = schemas.get((operation.output, "serialization"))
    refusal = schemas[Problem, "serialization"]
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.removeprefix("/api/v1").split("/")[1]],
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.query)],
        "responses": {
            str(operation.status): success | _content(output, operation.output_type),
            **{
                str(status): _describe_problem(status, refusal) for status in operation.all_problems
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            **_content(schemas[operation.body, "validation"], *operation.media_types),
        }
    if not operation.is_public:
        described["security"] = [{"bearer": []}]
    return described


def _describe_problem(status: int, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.get(status, {}).items()
        },
        **_content(schema, MEDIA_TYPE),
    }


def _content(schema: dict[str, Any] | None, *media_types: str) -> dict[str, Any]:
    if schema is None:
        return {}
    return {"content": {media_type: {"schema": schema} for media_type in media_types}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for name in names
    ]


def _path_schema(name: str) -> dict[str, str]:
    return {"type": "string"} | ({"format": "uuid"} if name.endswith("id") else {})


def _query_parameters(kind: Any) -> list[dict[str, Any]]:
    if kind is None:
        return []
    query = _query_schema(kind)
    required = query.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in query["properties"].items()
    ]


def _query_schema(kind: Any) -> dict[str, Any]:
    return TypeAdapter(kind).json_schema(ref_template=_REFERENCE)


def _schemas(operations: Iterable[Operation]) -> tuple[Schemas, dict[str, Any]]:
    """The schema of each type that goes in or comes out, and those that they refer to by name."""
    given = {operation.body for operation in operations} - {None}
    returned = {operation.output for operation in operations} - {None} | {Problem}
    schemas, definitions = TypeAdapter.json_schemas(
        [
            *((kind, "validation", TypeAdapter(kind)) for kind in given),
            *((kind, "serialization", TypeAdapter(kind)) for kind in returned),
        ],
        ref_template=_REFERENCE,
    )
    named: dict[str, Any] = definitions["$defs"]
    for kind in {operation.query for operation in operations} - {None}:
        named |= _query_schema(kind).get("$defs", {})
    return schemas, dict(sorted(named.items()))

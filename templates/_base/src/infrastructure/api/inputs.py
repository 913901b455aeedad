"""What a request brings, read strictly, for frameworks that leave it to the application."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qs

import pydantic_core
from pydantic import TypeAdapter, ValidationError

from ..errors import DomainError, Invalid, Unauthorized
from .problems import field_errors

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

Model = TypeVar("Model")


class Malformed(DomainError):
    """A request, or the JSON in it, is no such thing."""


class UnsupportedMediaType(DomainError):
    """A body is of a type that is not read here."""

    status = 415


class InvalidInput(Invalid):
    """Something in a body or a query is not what it has to be.

    errors: as pydantic lists them; within: "body" or "query".
    """

    def __init__(self, errors: Sequence[Mapping[str, Any]], *, within: str) -> None:
        super().__init__("")
        self.errors = field_errors(errors, within=within)


def access_token(authorization: str | None) -> str:
    """The bearer token of an `Authorization` header; raises Unauthorized for none."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("A bearer token is needed.")
    return token


def check_media_type(content_type: str | None, *accepted: str) -> None:
    """Raises UnsupportedMediaType where a `Content-Type` header names none of those accepted."""
    if (content_type or "").partition(";")[0].strip().lower() not in accepted:
        raise UnsupportedMediaType


def read_body(adapter: TypeAdapter[Model], body: bytes) -> Model:
    """A body as the adapter's type; raises Malformed and InvalidInput.

    The JSON is UTF-8 and nothing else, without NaN or lone surrogates.
    """
    try:
        value = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed("The body is no JSON.") from error
    return validated(adapter, value, within="body")


def read_query(adapter: TypeAdapter[Model], query: str) -> Model:
    """The query of a URL as the adapter's type; raises InvalidInput.

    Parsed here and not by the framework: they differ in separators, and in which of two counts.
    """
    lists = _lists(adapter)
    given = parse_qs(query, keep_blank_values=True, errors="replace")
    # Several stay a list, which is wrong where one is meant.
    parameters = {
        name: values if len(values) > 1 or name in lists else values[0]
        for name, values in given.items()
    }
    return validated(adapter, parameters, within="query")


@cache
def _lists(adapter: TypeAdapter[Any]) -> frozenset[str]:
    """The names of the parameters that are lists, and may be given once as well."""
    properties = adapter.json_schema().get("properties", {})
    return frozenset(
        name
        for name, schema in properties.items()
        if "array" in {each.get("type") for each in schema.get("anyOf", [schema])}
    )


def validated(adapter: TypeAdapter[Model], value: object, *, within: str) -> Model:
    """What a client has sent as the adapter's type; raises InvalidInput.

    within: where it was: "body", or "query", "headers" or "cookies".
    """
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise InvalidInput(error.errors(include_url=False), within=within) from error

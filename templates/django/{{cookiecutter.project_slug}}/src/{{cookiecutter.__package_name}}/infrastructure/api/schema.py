"""The API and its OpenAPI document, from the code, by Django Ninja; bodies are read strictly."""

from functools import cache
from typing import Annotated, Any, TypeVar

import orjson
import pydantic_core
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.params.models import Body, BodyModel
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from .problems import MEDIA_TYPE, Problem

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

_AS_JSON = {JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Seconds until the next attempt is looked at"},
}

# What orjson does not know; keys need not be text.
_to_json = NinjaJSONEncoder().default
_JSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS

Model = TypeVar("Model")


class JsonBodyModel(BodyModel):
    """A body of JSON, which is UTF-8, of the right media type, and not empty."""

    @classmethod
    def get_request_data(
        cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]
    ) -> dict[str, Any]:
        """What is to be validated; raises HttpError."""
        accepted = (JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON,)
        if request.content_type not in accepted:
            raise HttpError(415, "")
        try:
            value = pydantic_core.from_json(request.body, allow_inf_nan=False)
        except ValueError as error:
            raise HttpError(400, "The body is no JSON.") from error
        return {cls.__read_from_single_attr__: value}


class JsonBody(Body):  # type: ignore[misc]  # Django Ninja builds on pydantic's class, too
    """An argument of a view that is the body of the request."""

    _model = JsonBodyModel

    @classmethod
    def _param_source(cls) -> str:
        return "body"


Json = Annotated[Model, JsonBody(...)]


class QueryParser(Parser):
    """Reads queries; a parameter that is given twice is a list, which is wrong where one is meant.

    Django Ninja takes the last.
    """

    def parse_querydict(
        self, data: MultiValueDict[Any, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """What is to be validated."""
        return {
            name: values if len(values) > 1 or name in list_fields else data[name]
            for name, values in data.lists()
        }


class Renderer(BaseRenderer):
    """Writes JSON by orjson, times with Z and microseconds."""

    media_type = JSON

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The body of a response."""
        return orjson.dumps(data, _to_json, _JSON_OPTIONS)


class Api(NinjaAPI):
    """Django Ninja's API, in the service's form."""

    def get_content_type(self) -> str:
        """JSON is always UTF-8."""
        return JSON

    def get_openapi_operation_id(self, operation: Any) -> str:
        """A name that generated clients can use."""
        name: str = operation.view_func.__name__
        return name


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """The problems that a view may answer with, for its `response`."""
    return dict.fromkeys(statuses, Problem)


@cache
def openapi_document(api: NinjaAPI) -> bytes:
    """The document as JSON."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _describe_problems(operation["responses"])
            content = operation.get("requestBody", {}).get("content", {})
            if method == "patch" and JSON in content:
                content[MERGE_PATCH] = content[JSON]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


def _describe_problems(responses: dict[int, dict[str, Any]]) -> None:
    for status, response in responses.items():
        # A view may have another answer for an error.
        if response.get("content") == _AS_JSON:
            response["content"] = {MEDIA_TYPE: _AS_JSON[JSON]}
            response["headers"] = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in _HEADERS.get(status, {}).items()
            }

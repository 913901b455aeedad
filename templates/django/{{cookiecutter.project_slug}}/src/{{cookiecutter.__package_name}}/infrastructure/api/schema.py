"""The API and its OpenAPI document, from the code, by Django Ninja."""

from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
import pydantic_core
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.views.decorators.common import no_append_slash
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from .document import with_distinct_ids
from .problems import MEDIA_TYPE, Problem

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

_REFERENCE = "#/components/schemas/{model}"
_PROBLEM = {"schema": {"$ref": _REFERENCE.format(model=Problem.__name__)}}
_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Seconds until the next attempt is looked at"},
}

# What orjson does not know; keys need not be text.
_to_json = NinjaJSONEncoder().default
_JSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def is_json(request: HttpRequest) -> bool:
    """Whether the body is said to be of a kind that is read here."""
    return request.content_type == JSON or (
        request.content_type == MERGE_PATCH and request.method == "PATCH"
    )


class StrictParser(Parser):
    """Reads bodies that are JSON, and say so, and no parameter twice where one is meant."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What is to be validated; raises HttpError, and ValueError where it is no JSON."""
        # A part of a form that has several says nothing of it.
        if request.content_type is not None and not is_json(request):
            raise HttpError(415, "")
        return pydantic_core.from_json(request.body, allow_inf_nan=False)

    def parse_querydict(
        self, data: MultiValueDict[Any, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """What is to be validated: Django Ninja would take the last of several."""
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
    """Django Ninja's API, in the service's form; its document says of each operation what all do.

    So an endpoint names only the problems that are its own.
    """

    @property
    def urls(self) -> Any:
        """What is put into `urlpatterns`."""
        found: Any = super().urls
        for pattern in found[0]:
            if pattern.name == "api-root":
                # Nothing is there, so Django need not lead there by a slash.
                pattern.callback = no_append_slash(pattern.callback)
        return found

    def get_content_type(self) -> str:
        """JSON is always UTF-8."""
        return JSON

    def get_openapi_operation_id(self, operation: Any) -> str:
        """A name that generated clients can use."""
        name: str = operation.view_func.__name__
        return name

    def get_openapi_schema(self, **options: Any) -> Any:
        """The document as a dictionary."""
        document = super().get_openapi_schema(**options)
        problem = Problem.model_json_schema(ref_template=_REFERENCE)
        document["components"]["schemas"] |= problem.pop("$defs") | {Problem.__name__: problem}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _add_problems(path, operation)
                content = operation.get("requestBody", {}).get("content", {})
                if method == "patch" and JSON in content:
                    content[MERGE_PATCH] = content[JSON]
        return document


@cache
def openapi_document(api: NinjaAPI) -> bytes:
    """The document as JSON."""
    document = with_distinct_ids(api.get_openapi_schema(path_prefix="/api/v1/"))
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


def _add_problems(path: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in _problems(path, operation):
        responses.setdefault(status, {"description": HTTPStatus(status).phrase})
    for status, response in responses.items():
        # A view may have another answer for an error, or several.
        if status >= 400 and response.get("content", {JSON: _PROBLEM}) == {JSON: _PROBLEM}:
            response["content"] = {MEDIA_TYPE: _PROBLEM}
            response["headers"] = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in _HEADERS.get(status, {}).items()
            }


def _problems(path: str, operation: dict[str, Any]) -> set[int]:
    """What may go wrong with an operation, whatever it does."""
    statuses = {503}
    if "security" in operation:
        statuses.add(401)
    if "{" in path:
        statuses.add(404)
    if any(parameter["in"] != "path" for parameter in operation["parameters"]):
        statuses.add(422)
    if "requestBody" in operation:
        statuses |= {400, 413, 415, 422}
    return statuses

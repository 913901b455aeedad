"""The OpenAPI document, from the code, and the validation that keeps to it: by SpecTree.

`@api.validate` takes the types of pydantic that a view's `json`, `query`, `form`, `headers` and
`cookies` are annotated with.
"""

from copy import copy
from functools import cache
from typing import Any

import orjson
from flask import Flask, Request, Response, make_response
from pydantic import BaseModel, TypeAdapter
from spectree import Response as ResponseModels
from spectree import SecurityScheme, SecuritySchemeData, SpecTree
from spectree.models import SecureType
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin

from ...about import DESCRIPTION, NAME, VERSION
from .inputs import JSON, MERGE_PATCH, check_media_type, read_body, read_query, validated
from .problems import MEDIA_TYPE, Problem

_PROBLEM_AS_JSON = {JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
BEARER: dict[str, list[str]] = {"bearer": []}

_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Seconds until the next attempt is looked at"},
}


class Answers(ResponseModels):
    """What a view answers with: the models of its successes, and problems."""

    def __init__(self, *problems: int, **models: type[BaseModel] | None) -> None:
        super().__init__(**models, **{f"HTTP_{status}": Problem for status in problems})
        self._problems = problems

    def add_model(self, *args: Any, **kwargs: Any) -> None:
        """Leave out what SpecTree adds: a 422 of its own, for views without input too."""

    def generate_spec(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The part of the document; problems may have headers."""
        responses = super().generate_spec(*args, **kwargs)
        for status in self._problems:
            responses[str(status)]["headers"] = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in _HEADERS.get(status, {}).items()
            }
        return responses


class StrictPlugin(FlaskPlugin):
    """SpecTree's way to read and answer requests, in which errors go to the error handlers."""

    def request_validation(
        self, request: Request, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        """Read all that a view asks for strictly; raises InputError."""
        # Where a view takes both, the client has the choice.
        is_form = form and (not json or request.mimetype in self.FORM_MIMETYPE)
        request.context = Context(  # type: ignore[attr-defined]  # SpecTree looks there
            query and read_query(_adapter(query), request.query_string.decode(errors="replace")),
            None if is_form else json and _read_json(json, request),
            self._read_form(form, request) if is_form else None,
            headers and validated(_adapter(headers), dict(request.headers), within="headers"),
            cookies and validated(_adapter(cookies), dict(request.cookies), within="cookies"),
        )

    def _read_form(self, model: Any, request: Request) -> Any:
        check_media_type(request.content_type, *self.FORM_MIMETYPE)
        return validated(_adapter(model), self.fill_form(request), within="body")

    def validate_response(
        self, resp: Any, resp_model: object, skip_validation: bool, force_resp_serialize: bool
    ) -> tuple[Response, None]:
        """Write a model as JSON; our own answers need no validation."""
        payload, *rest = resp if isinstance(resp, tuple) else (resp,)
        if isinstance(payload, BaseModel):
            # Flask makes JSON of a list of them, see `json.py`; this is faster for one.
            payload = Response(payload.model_dump_json(), mimetype=JSON)
        return make_response(payload, *rest), None

    def parse_path(self, route: Any, path_parameter_descriptions: Any) -> tuple[str, list[Any]]:
        """A path as the document has it; SpecTree knows Werkzeug's converters only."""
        known: Any = str(route).replace("<path_id:", "<uuid:")
        path, parameters = super().parse_path(known, path_parameter_descriptions)
        for parameter in parameters:
            parameter["schema"] = parameter["schema"] or {"type": "string"}
        return path, parameters

    def get_func_operation_id(self, func: Any, path: str, method: str) -> str:
        """A name that generated clients can use."""
        name: str = func.__name__
        return name


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _read_json(model: Any, request: Request) -> Any:
    patches = (MERGE_PATCH,) if request.method == "PATCH" else ()
    check_media_type(request.content_type, JSON, *patches)
    return read_body(_adapter(model), request.get_data())


api = SpecTree(
    backend=StrictPlugin,
    title=NAME,
    version=VERSION,
    description=DESCRIPTION,
    validation_error_model=Problem,
    mode="strict",
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(
            name="bearer",
            data=SecuritySchemeData(
                type=SecureType.HTTP,
                scheme="bearer",
                description="The `access_token` of `POST /api/v1/tokens`.",
            ),
        )
    ],
)


def openapi_document(app: Flask) -> bytes:
    """The document as JSON."""
    if "openapi" not in app.extensions:
        app.extensions["openapi"] = _describe(app)
    document: bytes = app.extensions["openapi"]
    return document


def _describe(app: Flask) -> bytes:
    with app.app_context():
        # SpecTree keeps what it has made: of a copy, so that each application has its own.
        document: dict[str, Any] = copy(api).spec
    for operations in document["paths"].values():
        for method, operation in operations.items():
            # Of a view that names no answers, SpecTree says nothing, which is no document.
            operation["responses"] = operation["responses"] or {"200": {"description": "OK"}}
            for response in operation["responses"].values():
                if response.get("content") == _PROBLEM_AS_JSON:
                    response["content"] = {MEDIA_TYPE: _PROBLEM_AS_JSON[JSON]}
            content = operation.get("requestBody", {}).get("content", {})
            if method == "patch" and JSON in content:
                content[MERGE_PATCH] = content[JSON]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)

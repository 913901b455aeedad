"""The API as its views say it: SpecTree reads what they take, and makes the OpenAPI document.

A view takes the types of pydantic that its `json`, `query`, `form`, `headers` and `cookies` are
annotated with, and answers with a model, or a tuple that begins with one, as Flask has it.
"""

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import is_dataclass
from functools import cache, reduce, wraps
from inspect import iscoroutinefunction
from operator import or_
from types import UnionType
from typing import Any, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson
from flask import Blueprint, Flask, Request, current_app
from flask import Response as FlaskResponse
from pydantic import RootModel, TypeAdapter
from spectree import Response, SecurityScheme, SecuritySchemeData, SpecTree
from spectree.models import SecureType
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin
from spectree.plugins.werkzeug_utils import flask_response_unpack
from spectree.utils import get_multidict_items

from ...about import DESCRIPTION, NAME, VERSION
from .document import with_distinct_ids
from .inputs import JSON, MERGE_PATCH, check_media_type, read_body, read_query, validated
from .problems import MEDIA_TYPE, Problem

_PROBLEM_AS_JSON = {JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
# What is wrong with a body; 422 is in SpecTree's hands.
_OF_BODY = {400, 413, 415}

View = TypeVar("View", bound=Callable[..., Any])

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


class Answers(Response):
    """What a view answers; with any status, where it says no more of one than `int`."""

    with_any_status = False


class StrictFlask(FlaskPlugin):
    """SpecTree's plugin for Flask, but what is no JSON, or an empty list, is no `{}` to it."""

    def request_validation(
        self, request: Request, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        """Read what a view asks for; raises DomainError."""
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
        parts: Any = (request.form, request.files)
        # By the model, what is a list there is one, also where it was given once.
        fields, files = (get_multidict_items(part, model) for part in parts)
        return validated(_adapter(model), fields | files, within="body")

    def validate_response(
        self, resp: Any, resp_model: Response | None, *how: Any
    ) -> tuple[Any, Exception | None]:
        """Check an answer, but for a file or a stream, which SpecTree would read to its end."""
        if isinstance(resp, FlaskResponse) and resp.is_streamed:
            return resp, None
        payload, status, _ = flask_response_unpack(resp)
        # A response has a status of its own, by which SpecTree checks it.
        if (
            isinstance(resp_model, Answers)
            and resp_model.with_any_status
            and not isinstance(payload, FlaskResponse)
            and resp_model.find_model(status) in {None, Problem}
        ):
            resp_model = None
        checked: tuple[Any, Exception | None] = super().validate_response(resp, resp_model, *how)
        return checked

    def parse_path(self, route: Any, path_parameter_descriptions: Any) -> tuple[str, list[Any]]:
        """A path as the document has it; of converters, SpecTree knows Werkzeug's own."""
        known: Any = str(route).replace("<path_id:", "<uuid:")
        path, parameters = super().parse_path(known, path_parameter_descriptions)
        for parameter in parameters:
            parameter["schema"] = parameter["schema"] or {"type": "string"}
        return path, parameters

    def get_func_operation_id(self, func: Any, path: str, method: str) -> str:
        """A name that generated clients can use."""
        name: str = func.__name__
        return name


def _read_json(model: Any, request: Request) -> Any:
    patches = (MERGE_PATCH,) if request.method == "PATCH" else ()
    check_media_type(request.content_type, JSON, *patches)
    return read_body(_adapter(model), request.get_data())


def _raise(_request: object, _answer: object, error: Exception | None, *_: object) -> None:
    """An answer that is not what its view promises is a mistake here, and is logged as one."""
    if error:
        raise error


api = SpecTree(
    backend=StrictFlask,
    after=_raise,
    title=NAME,
    version=VERSION,
    description=DESCRIPTION,
    validation_error_model=Problem,
    mode="strict",
    # As pydantic does, for `Page[Task]`.
    naming_strategy=lambda model: re.sub(r"\W", "_", model.__name__),
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


class Route(Protocol):
    """Flask's `get`, `post` and so on, whose own annotations know no models."""

    def __call__(self, rule: str, **options: Any) -> Callable[[View], View]:
        """As Flask has it."""


class ApiBlueprint(Blueprint):
    """A blueprint whose views are all read, answered and described as their signatures say.

    authenticate: called before a view looks at anything else, unless its route is `public=True`, or
    has an `authenticate` of its own.
    `problems=(409,)` of a route are those that do not follow from its signature.
    """

    route: Route
    get: Route
    post: Route
    put: Route
    patch: Route
    delete: Route

    def __init__(self, *args: Any, authenticate: Callable[[], object], **options: Any) -> None:
        super().__init__(*args, **options)
        self._authenticate = authenticate

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        *,
        public: bool = False,
        authenticate: Callable[[], object] | None = None,
        problems: Iterable[int] = (),
        **options: Any,
    ) -> None:
        """As Flask has it, and so are its `get`, `post` and so on."""
        view = view_func
        # The methods of a class say by themselves what they take: by `@api.validate`.
        if view and not hasattr(view, "view_class"):
            hints = get_type_hints(view)
            told = {*problems, 503}
            told |= set() if public else {401}
            told |= {404} if "<" in rule else set()
            told |= _OF_BODY if hints.keys() & {"json", "form"} else set()
            answers = _answers(hints.get("return"), told)
            security: Any = None if public else {"bearer": []}
            view = _synchronous(view) if iscoroutinefunction(view) else view
            view = api.validate(resp=answers, tags=[self.name], security=security)(view)
        if view and not public:
            view = _for_callers(view, authenticate or self._authenticate)
        super().add_url_rule(rule, endpoint, view, provide_automatic_options, **options)


def _synchronous(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def synchronous_view(**arguments: Any) -> Any:
        return current_app.ensure_sync(view)(**arguments)

    return synchronous_view


def _for_callers(
    view: Callable[..., Any], authenticate: Callable[[], object]
) -> Callable[..., Any]:
    @wraps(view)
    def view_for_callers(**arguments: Any) -> Any:
        authenticate()
        return view(**arguments)

    return view_for_callers


def _answers(returned: Any, problems: Iterable[int]) -> Answers:
    """What the document says of `Task`, of `tuple[Task, Literal[201]]`, or of several with |."""
    models: dict[int, list[Any]] = {}
    for each in _either(returned):
        answer, *rest = get_args(each) if get_origin(each) is tuple else (each,)
        statuses = [get_args(one) for one in rest if get_origin(one) is Literal]
        for status in (*statuses, (200,))[0]:
            # A response that is not a model says nothing of the others of its status.
            models.setdefault(status, []).extend(filter(_is_model, _either(answer)))
    success = {f"HTTP_{status}": _union(each) for status, each in models.items()}
    answers = Answers(**success, **{f"HTTP_{status}": Problem for status in problems})
    answers.with_any_status = any(int in get_args(each) for each in _either(returned))
    return answers


def _either(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)


def _is_model(hint: Any) -> bool:
    return hasattr(hint, "model_fields") or is_dataclass(hint) or get_origin(hint) in {dict, list}


def _union(models: list[Any]) -> Any:
    """What SpecTree takes for one of these; None for none."""
    if not models:
        return None
    model: Any = reduce(or_, models)
    # By the names of classes, SpecTree names them and lists of them.
    named = get_args(model)[0] if get_origin(model) is list else model
    return model if isinstance(named, type) else RootModel[model]


def openapi_document(app: Flask) -> bytes:
    """The document as JSON."""
    if "openapi" not in app.extensions:
        app.extensions["openapi"] = _describe(app)
    document: bytes = app.extensions["openapi"]
    return document


def _describe(app: Flask) -> bytes:
    with app.app_context():
        # SpecTree keeps what it has made: of a copy, so that each application has its own.
        document = with_distinct_ids(copy(api).spec)
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

"""What stands between a route and its view: one plugin of Bottle, applied once to each route.

A view is its signature and its body. It is given what it has parameters for: `body` and `query` as
the types of pydantic that they are annotated with, a part of the path that is a `PathId`, `caller`,
or `admin` where only such may call, and what the application has by name, such as `database`. It
returns a model, or what Bottle knows.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from inspect import signature
from typing import Any, TypeAlias
from uuid import UUID

from bottle import Bottle, HTTPError, HTTPResponse, PluginError, Route, abort, request, response
from pydantic import BaseModel, TypeAdapter

from ..edge.wsgi import REQUEST_ID, ROUTE, problem_of
from ..errors import DomainError
from .fields import PathId
from .inputs import JSON, MERGE_PATCH, check_media_type, read_body, read_query
from .openapi import Operation, summary_of
from .problems import MEDIA_TYPE, answer_to

View: TypeAlias = Callable[..., Any]

_log = logging.getLogger(__name__)

# The text of `abort(404)`.
_UNSAID = "Unknown Error."

# Parameters that get who calls: somebody, or an administrator.
CALLERS = frozenset({"caller", "admin"})

_path_id = TypeAdapter[UUID | None](PathId)
_WILDCARD = re.compile(r"<(\w+)[^>]*>")


def add_routes(app: Bottle, routes: Iterable[Route], *, prefix: str = "") -> None:
    """Give an application routes that were noted by decorators of another Bottle."""
    for each in routes:
        app.route(
            *(prefix + each.rule, each.method, each.callback, each.name),
            *(each.plugins, each.skiplist),
            **{key: value for key, value in each.config.items() if key not in each.app.config},
        )


def operation(route: Route, *, prefix: str) -> Operation:
    """What the OpenAPI document says of a route: what its view's signature does."""
    view = signature(route.callback, eval_str=True)
    returned = view.return_annotation
    body, query = (view.parameters.get(name) for name in ("body", "query"))
    return Operation(
        path=_template(prefix + route.rule),
        method=route.method.lower(),
        name=route.callback.__name__,
        summary=summary_of(route.callback),
        status=route.config.get("status", 200),
        output=None if returned in {view.empty, HTTPResponse, str, bytes} else returned,
        problems=route.config.get("problems", ()),
        body=body and body.annotation,
        query=query and query.annotation,
        is_public=not CALLERS & view.parameters.keys(),
    )


def problem_response(
    status: int, *, headers: Iterable[tuple[str, str]] = (), **members: Any
) -> HTTPResponse:
    """An answer that is a problem."""
    body = problem_of(request.environ, request.environ["bottle.raw_path"], status, **members)
    return HTTPResponse(body, int(status), headers, Content_Type=MEDIA_TYPE)


class ServicePlugin:
    """Gives a view its arguments, and makes an answer of what it returns or raises.

    given: the arguments by their names; callers: what says who calls, by the names of CALLERS;
    close: called at the end.
    A route may say the `status` of its answer, and by `public=True` that it is for strangers too.
    """

    name = "service"
    api = 2

    def __init__(
        self,
        given: Mapping[str, Any],
        *,
        callers: Mapping[str, Callable[[], Any]],
        close: Callable[[], None],
    ) -> None:
        self._given = given
        self._callers = callers
        self.close = close
        self._whole = Bottle()

    def setup(self, app: Bottle) -> None:
        """Take the place of Bottle's error pages."""
        app.default_error_handler = _answer_error  # type: ignore[method-assign]  # Bottle lets us
        self._whole.mount("/whole/", lambda *arguments: app.wsgi(*arguments))

    def apply(self, callback: View, route: Route) -> View:
        """Look once at what the view asks for; raises PluginError where it is not clear by whom."""
        rule, error_handlers = route.rule, route.app.error_handler
        template = _template(rule)
        parameters = signature(route.callback, eval_str=True).parameters
        is_public = route.config.get("public", not rule.startswith("/api/"))
        callers = CALLERS & parameters.keys()
        if is_public == bool(callers):
            raise PluginError(f"{rule}: it takes `caller` or `admin`, or it is `public`")
        given = {name: self._given[name] for name in parameters.keys() & self._given.keys()}
        in_path = parameters.keys() & set(_WILDCARD.findall(rule))
        ids = [name for name in in_path if parameters[name].annotation == PathId]
        wanted = parameters.keys() - in_path
        # In this order: a stranger learns nothing from other errors.
        reads = {name: self._callers[name] for name in callers}
        for name, read in (("query", _read_query), ("body", _read_body)):
            if name in wanted:
                reads[name] = partial(read, TypeAdapter[Any](parameters[name].annotation))
        status = route.config.get("status", 200)

        @wraps(callback)
        def view(**arguments: Any) -> Any:
            if REQUEST_ID not in request.environ:
                return self._call_whole(depth=route.rule.count("/") - rule.count("/"))
            request.environ[ROUTE] = template
            try:
                for name, read in reads.items():
                    arguments[name] = read()
                for name in ids:
                    arguments[name] = _path_id.validate_python(arguments[name])
                response.status = status
                answer = callback(**given, **arguments)
            except DomainError as error:
                code, headers, members = answer_to(error)
                return problem_response(code, headers=headers.items(), **members)
            except HTTPResponse:
                raise
            except Exception as error:
                if _is_of_reading(error):
                    abort(400)
                # The edge's to log and to answer, unless the application has a handler of its own.
                if 500 not in error_handlers:
                    raise
                _log.exception("unhandled error")
                raise HTTPError(500, "Internal Server Error", error) from error
            if isinstance(answer, BaseModel):
                response.content_type = JSON
                return answer.model_dump_json()
            return answer

        return view

    def _call_whole(self, *, depth: int) -> Any:
        """Answer as `app.wsgi` does, where another Bottle has mounted the routes alone.

        depth: how many parts the prefix has, of which Bottle takes one away itself.
        """
        request.environ["PATH_INFO"] = request.environ["bottle.raw_path"]
        request.path_shift(depth - 1)
        return self._whole.routes[0].callback()


def refuse_malformed_path() -> None:
    """Bottle drops what is not UTF-8 from a path, so that `/livez%ff` would be `/livez`."""
    path = request.environ["bottle.raw_path"]
    try:
        path.isascii() or path.encode("latin-1").decode()
    except UnicodeDecodeError:
        abort(400)


def _template(rule: str) -> str:
    """A rule of Bottle as OpenAPI writes it: `/notes/<id:uuid>` is `/notes/{id}`."""
    return _WILDCARD.sub(r"{\1}", rule)


def _answer_error(error: HTTPError) -> HTTPResponse:
    """What `abort` has raised, in its words; or Bottle, whose own repeat the path."""
    headers = [pair for pair in error.headers.allitems() if pair[0] != "Content-Type"]
    is_told = "bottle.route" in request.environ and error.status_code < 500
    said = str(error.body or "").removeprefix(_UNSAID) if is_told else ""
    return problem_response(error.status_code, headers=headers, detail=said)


def _is_of_reading(error: Exception) -> bool:
    """Whether it came from taking apart what was sent, in `request.query`, `forms` or `json`.

    Of that, Bottle foresees no text that is not UTF-8, no unknown charset and no endless nesting.
    """
    if not isinstance(error, UnicodeDecodeError | LookupError | RecursionError):
        return False
    try:
        _ = (request.query.decode(), request.POST.decode(), request.json)
    except Exception as again:  # noqa: BLE001  # whatever it is, it is the same once more
        return type(again) is type(error)
    return False


def _read_query(adapter: TypeAdapter[Any]) -> Any:
    # Bottle's `request.query` is in Latin-1, and fails where it is asked for UTF-8 and finds none.
    return read_query(adapter, request.query_string)


def _read_body(adapter: TypeAdapter[Any]) -> Any:
    """Not by Bottle's `request.json`, which takes NaN for a number, and nothing over 100 KiB, nor
    by its `request.body`, which takes apart chunks, as the server has done already.
    """
    check_media_type(request.content_type, JSON, *_PATCHES.get(request.method, ()))
    stream = request.environ["wsgi.input"]
    # Other servers than ours may wait for more at the end.
    is_terminated = request.environ.get("wsgi.input_terminated", False)
    return read_body(
        adapter, stream.read() if is_terminated else stream.read(max(0, request.content_length))
    )


_PATCHES = {"PATCH": (MERGE_PATCH,)}

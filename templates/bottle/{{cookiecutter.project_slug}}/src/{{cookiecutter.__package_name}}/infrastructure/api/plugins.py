"""Bottle plugins: what stands between a route and its view.

A plugin's `apply` is called once for each route, not for each request; those that were installed
first are the outermost.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from inspect import signature
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from bottle import Bottle, HTTPError, HTTPResponse, JSONPlugin, Route, request, response
from pydantic import BaseModel, TypeAdapter

from ..edge.wsgi import REQUEST_ID, ROUTE, BodyTooLarge, instance_of
from ..errors import DomainError
from .fields import PathId
from .inputs import JSON, InputError
from .problems import MEDIA_TYPE, headers_of, problem, status_of

View: TypeAlias = Callable[..., Any]

_log = logging.getLogger(__name__)

_WILDCARD = re.compile(r"<(\w+)[^>]*>")


def route_template(rule: str) -> str:
    """A rule of Bottle as OpenAPI writes it: `/notes/<id:uuid>` is `/notes/{id}`."""
    return _WILDCARD.sub(r"{\1}", rule)


def problem_response(
    status: int, *, headers: Iterable[tuple[str, str]] = (), **members: Any
) -> HTTPResponse:
    """An answer that is a problem."""
    environ = request.environ
    instance = instance_of(environ, environ["bottle.raw_path"])
    body = problem(status, instance=instance, request_id=environ[REQUEST_ID], **members)
    return HTTPResponse(orjson.dumps(body), int(status), headers, Content_Type=MEDIA_TYPE)


class RouteNamePlugin:
    """Tells the edge, for metrics and logs, which route matched."""

    name = "route-name"
    api = 2

    def apply(self, callback: View, route: Route) -> View:
        """Name the route before anything else can fail."""
        template = route_template(route.rule)

        @wraps(callback)
        def view(**arguments: Any) -> Any:
            request.environ[ROUTE] = template
            return callback(**arguments)

        return view


class ProblemPlugin:
    """Has every error answered as a problem: the domain's, the input's and Bottle's own."""

    name = "problem"
    api = 2

    def setup(self, app: Bottle) -> None:
        """Take the place of Bottle's error pages."""
        app.default_error_handler = self.answer  # type: ignore[method-assign]  # Bottle lets us

    def answer(self, error: HTTPError) -> HTTPResponse:
        """What Bottle or `abort` has raised; its text may be for developers, and is not told."""
        headers = [pair for pair in error.headers.allitems() if pair[0] != "Content-Type"]
        return problem_response(error.status_code, headers=headers)

    def apply(self, callback: View, route: Route) -> View:
        """Answer what is expected to go wrong; the rest is the edge's to log and to answer, unless
        the application has an error handler for 500.
        """
        error_handlers = route.app.error_handler

        @wraps(callback)
        def view(**arguments: Any) -> Any:
            try:
                return callback(**arguments)
            except DomainError as error:
                headers = headers_of(error).items()
                return problem_response(status_of(error), headers=headers, detail=str(error))
            except InputError as error:
                return problem_response(error.status, **error.members)
            except BodyTooLarge:
                return problem_response(413)
            except HTTPResponse:
                raise
            except Exception as error:
                if 500 not in error_handlers:
                    raise
                _log.exception("unhandled error")
                raise HTTPError(500, "Internal Server Error", error) from error

        return view


class ModelPlugin:
    """Lets a view return a model of pydantic, which becomes JSON."""

    name = "model"
    api = 2

    def apply(self, callback: View, _route: Route) -> View:
        """Write models; all else is left to Bottle."""

        @wraps(callback)
        def view(**arguments: Any) -> Any:
            answer = callback(**arguments)
            if isinstance(answer, BaseModel):
                response.content_type = JSON
                return answer.model_dump_json()
            return answer

        return view


class ServicesPlugin:
    """Gives a view what it has parameters for, such as `database`.

    services: by the names of the parameters; close: called when the application is closed.
    """

    name = "services"
    api = 2

    def __init__(self, services: Mapping[str, Any], *, close: Callable[[], None]) -> None:
        self._services = services
        self.close = close

    def apply(self, callback: View, route: Route) -> View:
        """Look once at what the view asks for."""
        wanted = signature(route.callback).parameters.keys()
        given = {name: value for name, value in self._services.items() if name in wanted}
        return partial(callback, **given) if given else callback


def make_bottle(services: Mapping[str, Any], *, close: Callable[[], None]) -> Bottle:
    """An application with the plugins that all of ours have: a mounted one inherits none.

    services, close: as the plugin of that name takes them.
    """
    app = Bottle()
    # None for what is no UUID: a filter that refuses would answer before a token is asked for.
    to_id = TypeAdapter[UUID | None](PathId).validate_python
    app.router.add_filter("uuid", lambda _configuration: (r"[^/]+", to_id, str))
    app.uninstall(JSONPlugin)
    for plugin in (
        RouteNamePlugin(),
        ProblemPlugin(),
        JSONPlugin(orjson.dumps),
        ModelPlugin(),
        ServicesPlugin(services, close=close),
    ):
        app.install(plugin)
    return app

"""Bottle plugins: what stands between a route and its view.

A plugin's `apply` is called once for each route, not for each request; those that were installed
first are the outermost.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial, wraps
from inspect import signature
from typing import Any, TypeAlias

import orjson
from bottle import Bottle, HTTPError, HTTPResponse, PluginError, Route, request, response
from pydantic import BaseModel

from .. import accounts
from ..db import Database
from ..errors import DomainError
from ..inputs import JSON, InputError, access_token
from ..problems import MEDIA_TYPE, headers_of, problem, status_of
from ..services import Services
from ..wsgi import REQUEST_ID, ROUTE, BodyTooLarge

View: TypeAlias = Callable[..., Any]

_WILDCARD = re.compile(r"<(\w+)[^>]*>")


def route_template(rule: str) -> str:
    """A rule of Bottle as OpenAPI writes it: `/tasks/<id:uuid>` is `/tasks/{id}`."""
    return _WILDCARD.sub(r"{\1}", rule)


def problem_response(
    status: int, *, headers: Iterable[tuple[str, str]] = (), **members: Any
) -> HTTPResponse:
    """An answer that is a problem."""
    environ = request.environ
    body = problem(status, instance=environ["PATH_INFO"], request_id=environ[REQUEST_ID], **members)
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

    def apply(self, callback: View, _route: Route) -> View:
        """Answer what is expected to go wrong; the rest is the edge's to log and to answer."""

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
    """Gives a view the services that it has parameters for, such as `database`."""

    name = "services"
    api = 2

    def __init__(self, services: Services) -> None:
        self._services = services

    def apply(self, callback: View, route: Route) -> View:
        """Look once at what the view asks for."""
        wanted = signature(route.callback).parameters.keys()
        given = {name: value for name, value in vars(self._services).items() if name in wanted}
        return partial(callback, **given) if given else callback

    def close(self) -> None:
        """Close the connections to the database."""
        self._services.database.close()


class TokenPlugin:
    """Gives a view who calls, as `caller`; or the `access_token`, not looked up yet.

    A route that is for strangers too has to say so: `public=True`.
    """

    name = "token"
    api = 2

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, callback: View, route: Route) -> View:
        """Have a token asked for; raises PluginError where it is not clear whether."""
        wanted = signature(route.callback).parameters.keys() & {"caller", "access_token"}
        if len(wanted) + route.config.get("public", False) != 1:
            raise PluginError(
                f"{route.rule}: it takes `caller`, or `access_token`, or it is `public`"
            )
        database = self._database

        @wraps(callback)
        def view_for_caller(**arguments: Any) -> Any:
            token = access_token(request.get_header("Authorization"))
            return callback(caller=accounts.identify(database, token), **arguments)

        @wraps(callback)
        def view_for_token(**arguments: Any) -> Any:
            token = access_token(request.get_header("Authorization"))
            return callback(access_token=token, **arguments)

        views = {"caller": view_for_caller, "access_token": view_for_token}
        return views[wanted.pop()] if wanted else callback

"""Routes: what their variables are, and what they are called in metrics and logs."""

import re
from functools import cache
from uuid import UUID

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import BaseConverter

from ..edge.wsgi import ROUTE
from .fields import path_id

_VARIABLE = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


def install(app: Flask) -> None:
    """Have the routes of an application so."""
    app.url_map.converters["path_id"] = PathIdConverter
    # `/api//v1` is unknown, and no redirect.
    app.url_map.merge_slashes = False
    app.before_request(_look_at_route)


def _look_at_route() -> None:
    """Tell the edge, for metrics and logs, which route matched; refuse what Flask would not."""
    environ, rule = request.environ, request.url_rule
    if environ["PATH_INFO"].startswith("//"):
        # Werkzeug takes it for the path with one slash.
        abort(404)
    if rule:
        environ[ROUTE] = _template(rule.rule)
    if environ["REQUEST_METHOD"] == "OPTIONS":
        _refuse_options()


def _refuse_options() -> None:
    """As any other method that an address does not have; a preflight is for Flask-CORS."""
    is_automatic = getattr(request.url_rule, "provide_automatic_options", False)
    is_preflight = "Access-Control-Request-Method" in request.headers
    if is_automatic and not is_preflight:
        allowed = set(current_app.make_default_options_response().allow) - {"OPTIONS"}
        raise MethodNotAllowed(allowed)


@cache
def _template(rule: str) -> str:
    """A rule as OpenAPI writes it: `/api/v1/notes/{id}`."""
    return _VARIABLE.sub(r"{\1}", rule)


class PathIdConverter(BaseConverter):
    """`<path_id:id>`: takes any text, and gives None for what is no UUID, which nothing has as id.

    Werkzeug's `uuid` says 404 to those, too, who have to be told 401 first.
    """

    def to_python(self, value: str) -> UUID | None:
        """What the view gets."""
        return path_id(value)

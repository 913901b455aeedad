"""How paths are matched, and what they are called."""

import re
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sanic.constants import HTTP_METHODS
from sanic.exceptions import MethodNotAllowed, NotFound
from sanic.models.handler_types import RouteHandler
from sanic.router import Router as SanicRouter
from sanic_routing.route import Route

from .fields import PathId

# With its type, which may be a regular expression.
_VARIABLE = re.compile(r"<(\w+)(?::(?:[^<>]|<[^<>]*>)*)?>")


class Router(SanicRouter):
    """Answers HEAD wherever there is a GET, and knows ids: `<id:path_id>`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # What is no id is no error here: whether it is asked for with a token comes first.
        self.register_pattern("path_id", TypeAdapter(PathId).validate_python, r"[^/]+")

    def _get(
        self, path: str, method: str, host: str | None
    ) -> tuple[Route, RouteHandler, dict[str, Any]]:
        try:
            return self._find(path, method, host)
        except MethodNotAllowed as error:
            # Of a path with variables, Sanic does not say what it allows.
            raise MethodNotAllowed(
                str(error), method, [name for name in HTTP_METHODS if self._takes(path, name, host)]
            ) from None
        except IndexError:
            # Sanic stumbles over `//`.
            raise NotFound from None

    def _find(
        self, path: str, method: str, host: str | None
    ) -> tuple[Route, RouteHandler, dict[str, Any]]:
        if method != "HEAD":
            return super()._get(path, method, host)
        found = super()._get(path, "GET", host)
        if found[0].extra.websocket:
            raise MethodNotAllowed("A WebSocket is opened by GET.", method)
        return found

    def _takes(self, path: str, method: str, host: str | None) -> bool:
        try:
            self._find(path, method, host)
        except MethodNotAllowed:
            return False
        return True


@cache
def _template(path: str) -> str:
    return "/" + _VARIABLE.sub(r"{\1}", path)


def template(route: Route | None) -> str | None:
    """The path of a route with its variables in braces: `/api/v1/notes/{id}`."""
    return _template(route.path) if route else None

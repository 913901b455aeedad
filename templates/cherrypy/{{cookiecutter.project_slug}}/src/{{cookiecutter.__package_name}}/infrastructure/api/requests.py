"""Requests and responses as this service has them."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from http.cookies import CookieError, SimpleCookie
from inspect import Parameter, signature
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import cherrypy
from cherrypy import dispatch

from ..edge.wsgi import ROUTE
from .errors import answer_exception, error_page
from .problems import MEDIA_TYPE

# CherryPy would find a page by other spellings of its address as well.
_PLAIN_PATH = re.compile(r"/|(?:/(?!index\Z)[^/]+)+")


class Request(cherrypy.Application.request_class):
    """A request whose errors are problems, also those that come before any configuration."""

    show_tracebacks = False
    error_page = {"default": error_page}  # noqa: RUF012  # CherryPy's, which copies it

    header_list: list[tuple[str, str]]
    params: dict[str, Any]

    @property
    def services(self) -> Any:
        """The services of the application."""
        return self.app.services

    def respond(self, path_info: str) -> None:
        """Answer it, and exceptions too; a configuration may name another `error_response`."""
        self.error_response = answer_exception
        super().respond(path_info)

    def process_headers(self) -> None:
        """Leave out what CherryPy fails over.

        Python's parser gives up over cookies of others; what looks like RFC 2047 is taken as it is,
        and `Accept-Charset` is no reason for a 406: HTTP has given up both.
        """
        given = [
            (name, _readable(value) if name.title() == "Cookie" else value)
            for name, value in self.header_list
            if name.title() != "Accept-Charset"
        ]
        self.header_list = [(name, value) for name, value in given if "=?" not in value]
        super().process_headers()
        self.headers.update((name, value.strip()) for name, value in given if "=?" in value)

    def get_resource(self, path: str) -> None:
        """Find the handler, and tell the edge, for metrics and logs, by which address."""
        super().get_resource(path)
        if isinstance(self.handler, cherrypy.NotFound):
            # A Tool may know it still, as that for static files does.
            return
        left = self._left_of(path)
        # As it was sent: CherryPy takes several slashes for one. One more at the end is right only
        # for a page with the Tool that adds it.
        sent: str = self.wsgi_environ["PATH_INFO"]
        if self.config.get("tools.trailing_slash.on") and self.is_index:
            sent = sent.removesuffix("/")
        if not _PLAIN_PATH.fullmatch(sent) or left is None:
            # Not NotFound, which would repeat it.
            raise cherrypy.HTTPError(404)
        # That of several hosts, or of Routes, has none.
        translate = getattr(self._dispatcher(path), "translate", self.dispatch.translate)
        self.wsgi_environ[ROUTE] = self.config.get("request.route") or _template(
            path, translate, self.params, len(left)
        )

    def process_query_string(self) -> None:
        """Give a handler what it takes of a query; over the rest CherryPy would say 404."""
        self.body.process = partial(_process, self.body.process)
        if not self.query_string:
            return
        of_path = dict(self.params)
        super().process_query_string()
        if isinstance(self.handler, dispatch.PageHandler):
            for name in _not_taken(self.handler.callable, self.params):
                del self.params[name]
        self.params.update(of_path)

    def _left_of(self, path: str) -> list[str] | None:
        """What the handler gets of a path as its arguments; None where it takes no such thing."""
        handler = self.handler
        if isinstance(handler, dispatch.PageHandler):
            left: list[str] = handler.args
            return left if not left or _takes(handler.callable, left) else None
        if not isinstance(handler, cherrypy.HTTPError):
            return []
        if handler.code != 405:
            return None
        dispatcher = self._dispatcher(path)
        is_tree = isinstance(dispatcher, dispatch.Dispatcher)
        return None if is_tree and dispatcher.find_handler(path)[1] else []

    def _dispatcher(self, path: str) -> Any:
        return self.app.find_config(path, "request.dispatch", self.dispatch)


class Response(cherrypy.Application.response_class):
    """A response that leaves it to the server to say what it is, and when."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("Server", "Date"):
            dict.pop(self.headers, name)

    def finalize(self) -> None:
        """Send a problem as it is: CherryPy fills up errors with blanks, for Internet Explorer."""
        if self.headers.get("Content-Type") == MEDIA_TYPE:
            problem = self.collapse_body().rstrip(b" ")
            self.body = problem
            self.headers["Content-Length"] = str(len(problem))
        super().finalize()


def redirecting(app: WSGIApplication) -> WSGIApplication:
    """Answer an InternalRedirect; CherryPy's own layer copies the environ, which the edge reads."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # CherryPy looks at the `.0` of a version, which granian leaves out.
        if "." not in environ["SERVER_PROTOCOL"]:
            environ["SERVER_PROTOCOL"] += ".0"
        try:
            return app(environ, start_response)
        except cherrypy.InternalRedirect as redirect:
            environ.update(PATH_INFO=redirect.path, QUERY_STRING=redirect.query_string)
            environ.update({"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "", "wsgi.input": BytesIO()})
        return answer(environ, start_response)

    return answer


def _readable(cookies: str) -> str:
    readable = []
    for cookie in cookies.split(";"):
        with suppress(CookieError):
            if SimpleCookie(cookie):
                readable.append(cookie)
    return ";".join(readable)


def _process(process: Callable[[], None]) -> None:
    """Read a form or JSON, over which CherryPy's parsers may give up."""
    try:
        process()
    except (EOFError, LookupError, RecursionError, ValueError) as error:
        raise cherrypy.HTTPError(400) from error


def _takes(handler: Any, arguments: list[str]) -> bool:
    try:
        signature(handler).bind_partial(*arguments)
    except TypeError:
        return False
    return True


def _not_taken(handler: Any, query: dict[str, Any]) -> set[str]:
    parameters = signature(handler).parameters
    if any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values()):
        return set()
    return query.keys() - parameters.keys()


def _template(path: str, translate: Any, parameters: dict[str, str], arguments: int) -> str:
    """The address of a handler, such as `/api/v1/notes/{id}`, or `/docs/*`."""
    given = path.split("/")
    # Of the names that CherryPy finds by one attribute, one: they are no end of addresses.
    named = [segment.translate(translate) for segment in given]
    for name, value in parameters.items():
        if value in given:
            # The last one: what has parameters comes before them.
            named[len(given) - 1 - given[::-1].index(value)] = "{" + name + "}"
    if arguments:
        named[-arguments:] = "*"
    return "/".join(named)

"""Requests and responses as this service has them, and what CherryPy logs about them."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from http.cookies import CookieError
from typing import IO

from cherrypy._cplogging import LogManager
from cherrypy._cprequest import Request as CherryPyRequest
from cherrypy._cprequest import Response as CherryPyResponse

from .errors import answer_exception, error_page


class Request(CherryPyRequest):
    """A request whose errors are problems, also those that come before any configuration."""

    show_tracebacks = False
    error_page = {"default": error_page}  # noqa: RUF012  # CherryPy's, which copies it

    def run(
        self,
        method: str,
        path: str,
        query_string: str,
        req_protocol: str,
        headers: Iterable[tuple[str, str]],
        rfile: IO[bytes],
    ) -> CherryPyResponse:
        """Answer it; granian leaves out the `.0` of a version, which CherryPy looks at."""
        if "." not in req_protocol:
            req_protocol += ".0"
        return super().run(method, path, query_string, req_protocol, headers, rfile)

    def respond(self, path_info: str) -> None:
        """Answer it, and exceptions too; a configuration may name another `error_response`."""
        self.error_response = answer_exception
        super().respond(path_info)

    def process_headers(self) -> None:
        """Take the headers as they are.

        CherryPy decodes what looks like RFC 2047, which HTTP has given up, and fails over the rest.
        """
        for name, value in self.header_list:
            self.headers[name] = value.strip()
        for cookie in self.headers.get("Cookie", "").split(";"):
            # One by one: over those of others, Python's parser gives up.
            with suppress(CookieError):
                self.cookie.load(cookie)
        self.base = f"{self.scheme}://{self.headers.get('Host') or self.local.name}"


class Response(CherryPyResponse):
    """A response that leaves it to the server to say what it is, and when."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("Server", "Date"):
            dict.pop(self.headers, name)


class Log(LogManager):
    """CherryPy's log as lines of ours: the time is a member of each, and requests are logged."""

    def __init__(self) -> None:
        super().__init__(appid=__package__)

    def error(
        self,
        msg: str = "",
        context: str = "",
        severity: int = logging.INFO,
        traceback: bool = False,
    ) -> None:
        """Write a line; with the exception that is handled at the moment, if so wanted."""
        event = f"{context} {msg}".strip() or "unhandled error"
        self.error_log.log(severity, event, exc_info=traceback)

    def access(self) -> None:
        """Write nothing: the edge has a line for each request."""

"""Errors become problem details here, and nowhere else."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from traceback import walk_tb
from typing import Any, ParamSpec, TypeVar

import cherrypy

from ..edge.wsgi import problem_of
from ..errors import DomainError
from .pages import render_error
from .problems import MEDIA_TYPE, answer_to

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# In the configuration of pages: people are to read what is wrong.
AS_PAGES = "request.errors_as_pages"


class Problem(cherrypy.HTTPError):
    """An answer that is a problem; to raise it is what ends a Tool.

    CherryPy would log the traceback of any other exception of a Tool.
    """

    def __init__(
        self, status: int, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(int(status))
        self._headers = headers or {}
        self._members = members

    @classmethod
    def of(cls, error: DomainError) -> "Problem":
        """How an error is told."""
        status, headers, members = answer_to(error)
        return cls(status, headers=headers, **members)

    def set_response(self) -> None:
        """Make it the response."""
        cherrypy.response.status = self.code
        cherrypy.response.headers.update(self._headers)
        cherrypy.response.body = _body(self.code, **self._members)


def telling(tool: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Have a Tool raise as Problem what it raises."""

    @wraps(tool)
    def tell(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return tool(*args, **kwargs)
        except DomainError as error:
            raise Problem.of(error) from error

    return tell


def answer_exception() -> None:
    """Answer what CherryPy does not take for an answer: what a handler has raised, or a hook."""
    error = sys.exc_info()[1]
    if isinstance(error, cherrypy.HTTPError):
        # Of a hook that came after the handler, such as the one that saves the session.
        error.set_response()
        return
    if isinstance(error, DomainError):
        Problem.of(error).set_response()
        return
    cherrypy.log(traceback=True, severity=logging.ERROR)
    # As CherryPy does it: `error_page.500` of a configuration counts.
    cherrypy.HTTPError(500).set_response()


def error_page(*, status: str, **_details: str) -> bytes:
    """What CherryPy asks for where an HTTPError is raised.

    status: such as "400 Bad Request".
    """
    return _body(int(status[:3]), detail=_said())


def _said() -> str:
    """The message of an HTTPError of one's own: CherryPy's may repeat what was sent."""
    error = sys.exc_info()[1]
    if not isinstance(error, cherrypy.HTTPError) or error.code >= 500:
        return ""
    *_, (frame, _line) = walk_tb(error.__traceback__)
    # Or what `HTTPError.handle` raises for a handler.
    is_handled = frame.f_code.co_name == "handle"
    is_own = is_handled or not frame.f_globals["__name__"].startswith("cherrypy.")
    return str(error.args[1]) if is_own and any(error.args[1:]) else ""


def _body(status: int, **members: Any) -> bytes:
    if (cherrypy.request.config or {}).get(AS_PAGES):
        return render_error(status, members.get("detail", ""))
    cherrypy.response.headers["Content-Type"] = MEDIA_TYPE
    environ = cherrypy.request.wsgi_environ
    return problem_of(environ, environ["PATH_INFO"], status, **members)

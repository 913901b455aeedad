"""Errors become problem details here, and nowhere else.

What no view here is for, the edge logs with its traceback, and answers with 500.
"""

from collections.abc import Mapping
from typing import Any

from pyramid.config import Configurator
from pyramid.exceptions import PredicateMismatch, URLDecodeError
from pyramid.httpexceptions import HTTPError, HTTPForbidden, HTTPNotFound
from pyramid.response import Response
from pyramid.security import Denied
from pyramid.view import (
    exception_view_config,
    forbidden_view_config,
    notfound_view_config,
)

from ..accounts.errors import InvalidToken
from ..infrastructure.api import inputs
from ..infrastructure.api.problems import MEDIA_TYPE, answer_to
from ..infrastructure.api.request import Request
from ..infrastructure.api.routing import allowed_methods
from ..infrastructure.edge.wsgi import problem_of
from ..infrastructure.errors import DomainError, Unauthorized


def includeme(config: Configurator) -> None:
    """Have every error of the application and of Pyramid answered as a problem."""
    config.scan(__name__)


def respond(
    request: Request, status: int, *, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """An answer that is a problem."""
    # `path_info` is not for a path that is not UTF-8.
    body = problem_of(request.environ, request.environ["PATH_INFO"], status, **members)
    response = Response(body, status, content_type=MEDIA_TYPE)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


@exception_view_config(DomainError)
def domain_error(error: DomainError, request: Request) -> Response:
    """An error of the use cases, or a body or a query that is not what it has to be."""
    return _tell(request, error)


@forbidden_view_config()
def forbidden(error: HTTPForbidden, request: Request) -> Response:
    """A permission is missing: whoever is not known is asked who they are."""
    if error.result is None:
        # Not Pyramid's, but of a view, with a reason of its own.
        return _told(error, request)
    if request.identity is not None:
        # An ACL would say how it came to that.
        reason = error.result.msg if type(error.result) is Denied else ""
        return respond(request, 403, detail=reason)
    return _tell(request, _why_unknown(request))


@notfound_view_config()
def not_found(error: HTTPNotFound, request: Request) -> Response:
    """There is nothing at the address, or not with this method."""
    methods = allowed_methods(request)
    if methods and request.method not in methods:
        return respond(request, 405, headers={"Allow": ", ".join(sorted(methods))})
    if isinstance(error, PredicateMismatch) or error.detail in {request.path_info, request.url}:
        # Pyramid's, which would repeat the address.
        return respond(request, 404)
    return _told(error, request)


@exception_view_config(URLDecodeError)
def not_utf_8(request: Request) -> Response:
    """A path is no text."""
    return respond(request, 400)


@exception_view_config(HTTPError)
def http_error(error: HTTPError, request: Request) -> Response:
    """What else a view raises of Pyramid's own errors."""
    return _told(error, request)


def _tell(request: Request, error: DomainError) -> Response:
    status, headers, members = answer_to(error)
    return respond(request, status, headers=headers, **members)


def _why_unknown(request: Request) -> Unauthorized:
    try:
        inputs.access_token(request.environ.get("HTTP_AUTHORIZATION"))
    except Unauthorized as error:
        return error
    return InvalidToken()


def _told(error: Any, request: Request) -> Response:
    """With its headers and its reason; what has a body of its own is sent as it is."""
    if error.has_body:
        response: Response = error
        return response
    headers = {
        name: value
        for name, value in error.headerlist
        if name not in {"Content-Type", "Content-Length"}
    }
    return respond(request, error.status_int, headers=headers, detail=error.detail or "")

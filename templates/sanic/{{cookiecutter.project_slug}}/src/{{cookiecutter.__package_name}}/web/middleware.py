"""What is done to every request and answer: `edge.py` in the words of Sanic.

Middleware, since a signal for each request would cost a fifth of Sanic's speed.
"""

from sanic.exceptions import PayloadTooLarge
from sanic.http import Http
from sanic.response import BaseHTTPResponse, HTTPResponse

from ..edge import DEFAULT_HEADERS, OTHER_HOST, PREFLIGHT_HEADERS
from ..inputs import InputError
from ..logs import request_id
from .request import NO_METHOD, App, Request
from .routing import template

# Of the highest priority: the first to see a request, and the last to see its answer.
_OUTERMOST = 1000


def install(app: App) -> None:
    """Put it around all other middleware."""
    app.register_middleware(admit, "request", priority=_OUTERMOST)
    app.register_middleware(complete, "response", priority=_OUTERMOST)


def admit(request: Request) -> HTTPResponse | None:
    """Refuse other hosts and what is too large, and answer browsers that ask what they may send."""
    edge = request.app.ctx.edge
    request_id.set(request.id)
    if int(request.headers.getone("content-length", 0)) > edge.max_body_bytes:
        raise PayloadTooLarge
    hosts = request.headers.getall("host", [])
    if len(hosts) != 1 and request.version == "1.1" and request.method != NO_METHOD:
        raise InputError(detail="A request names one host.")
    if not edge.allows_host(hosts[0] if hosts else ""):
        raise InputError(detail=OTHER_HOST)
    if (
        request.method == "OPTIONS"
        and "access-control-request-method" in request.headers
        and edge.allows_origin(request.headers.getone("origin", ""))
    ):
        return HTTPResponse(status=204, headers=dict(PREFLIGHT_HEADERS))
    return None


def complete(request: Request, response: BaseHTTPResponse) -> None:
    """Add the headers that every answer has, and record it."""
    services = request.app.ctx
    headers = response.headers
    for name, value in DEFAULT_HEADERS:
        headers.setdefault(name, value)
    origin = request.headers.getone("origin", "")
    headers.extend(services.edge.headers(request.id, origin, request.scheme))
    if services.draining.begun:
        leave(request)
    if not request.is_streamed:
        record(request, response.status)


def leave(request: Request) -> None:
    """Close the connection after this answer, and say so where it has not begun."""
    if isinstance(request.stream, Http):
        request.stream.keep_alive = False


def record(request: Request, status: int) -> None:
    """Count and log a request."""
    request.app.ctx.edge.record(
        method=request.method,
        route=template(request.route),
        path=request.path,
        status=status,
        started=request.started,
        client=request.client_ip,
    )

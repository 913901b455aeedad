"""What is done to every request and answer: `policy.py` in the words of Sanic.

Middleware, since a signal for each request would cost a fifth of Sanic's speed.
"""

from collections.abc import Coroutine
from typing import Any

from sanic.exceptions import PayloadTooLarge
from sanic.http import Http, Stage
from sanic.response import BaseHTTPResponse, HTTPResponse

from ..api.inputs import Malformed
from ..api.reading import Refusal, skip
from ..api.request import NO_METHOD, AnyApp, AnyRequest
from ..api.routing import template
from ..observability.logs import request_id
from ..patience import statement_seconds
from .policy import DEFAULT_HEADERS, KEPT, PAGE_HEADERS

# Of the highest priority: the first to see a request, and the last to see its answer.
_OUTERMOST = 1000


def install(app: AnyApp) -> None:
    """Put it around all other middleware."""
    app.register_middleware(admit, "request", priority=_OUTERMOST)
    app.register_middleware(complete, "response", priority=_OUTERMOST)
    app.add_signal(break_off, "http.lifecycle.exception")


def admit(request: AnyRequest) -> HTTPResponse | None:
    """Refuse other hosts and what is too large, and answer browsers that ask what they may send."""
    edge = request.edge
    request_id.set(request.id)
    statement_seconds.set(edge.statement_seconds)
    edge.in_progress.add(request)
    if int(request.headers.getone("content-length", 0)) > edge.max_body_bytes:
        raise PayloadTooLarge
    refusal = edge.refusal(
        request.method,
        request.header("host") or "",
        request.path,
        coding=request.header("transfer-encoding"),
        is_1_1=request.version == "1.1",
    )
    if refusal and request.method != NO_METHOD:
        # What follows on the connection may be meant otherwise than it is read.
        leave(request)
        raise Malformed(refusal)
    allowed = edge.preflight(request.method, lambda name: request.headers.getone(name, None))
    return None if allowed is None else HTTPResponse(status=204, headers=dict(allowed))


def complete(request: AnyRequest, response: BaseHTTPResponse) -> Coroutine[Any, Any, None] | None:
    """Add the headers that every answer has, and record it."""
    headers = response.headers
    origin = request.headers.getone("origin", "")
    is_page = (response.content_type or "").startswith("text/html")
    added = [
        *(PAGE_HEADERS if is_page else DEFAULT_HEADERS),
        *request.edge.headers(request.id, origin, request.scheme),
    ]
    headers.extend([each for each in added if each[0] not in KEPT or each[0] not in headers])
    if request.edge.draining.begun:
        leave(request)
    if not request.is_streamed:
        record(request, response.status)
    # A handler that has not failed may read on while it answers.
    has_failed = response.status >= 400 and not isinstance(response, Refusal)
    has_more = isinstance(request.stream, Http) and request.stream.request_body
    return skip(request) if has_failed and has_more else None


def leave(request: AnyRequest) -> None:
    """Close the connection after this answer, and say so where it has not begun."""
    if isinstance(request.stream, Http):
        request.stream.keep_alive = False


async def break_off(request: AnyRequest, **_: object) -> None:
    """Where an answer fails that has begun, close the connection at once.

    With an orderly end, what has been sent would look like all there is. Sanic would give it one;
    an ASGI server sees that the application has not.
    """
    if isinstance(request.stream, Http) and request.stream.stage is Stage.RESPONSE:
        request.stream.protocol.abort()  # type: ignore[no-untyped-call]  # has no annotations


def record(request: AnyRequest, status: int) -> None:
    """Count and log a request."""
    request.edge.in_progress.discard(request)
    request.edge.record(
        method=request.method,
        route=template(request.route),
        path=request.path,
        status=status,
        started=request.started,
        client=request.client_ip,
    )

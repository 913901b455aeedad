"""Answers that are sent as they are made."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sanic.http import Http
from sanic.response import BaseHTTPResponse

from ..edge.middleware import leave, record
from .request import AnyRequest

Send = Callable[[bytes], Awaitable[None]]


@asynccontextmanager
async def streamed(request: AnyRequest, *, content_type: str) -> AsyncIterator[Send]:
    """What sends parts of an answer, each once the client has read most of those before it.

    The answer ends with the block, or breaks off with its error.
    """
    request.is_streamed = True
    response = await request.respond(content_type=content_type)
    try:
        if request.method == "HEAD":
            await _send_head(request, response)
            yield _send_nothing
        else:
            yield response.send
            await response.eof()
    except Exception:
        _break_off(request)
        raise
    finally:
        if request.edge.draining.begun:
            leave(request)
        record(request, response.status)


async def _send_head(request: AnyRequest, response: BaseHTTPResponse) -> None:
    await response.send(b"")
    if isinstance(request.stream, Http):
        # Sanic would await this, which is no coroutine.
        request.stream.head_response_ignored(b"", end_stream=True)


async def _send_nothing(_part: bytes) -> None:
    """For HEAD."""


def _break_off(request: AnyRequest) -> None:
    # With an orderly end, what has been sent would look like all there is. Sanic would give it one;
    # an ASGI server sees that the application has not.
    if isinstance(request.stream, Http):  # pragma: no branch
        request.stream.protocol.abort()  # type: ignore[no-untyped-call]  # has no annotations

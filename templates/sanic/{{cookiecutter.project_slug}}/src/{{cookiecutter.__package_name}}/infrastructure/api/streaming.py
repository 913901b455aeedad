"""Answers that are sent as they are made."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from ..edge.middleware import leave, record
from .request import AnyRequest

Send = Callable[[bytes], Awaitable[None]]


@asynccontextmanager
async def streamed(request: AnyRequest, *, content_type: str) -> AsyncIterator[Send]:
    """What sends parts of an answer, each once the client has read most of those before it.

    As by `request.respond`; the answer ends with the block, and is counted and logged then.
    """
    request.is_streamed = True
    response = await request.respond(content_type=content_type)
    try:
        yield response.send
        await response.eof()
    finally:
        if request.edge.draining.begun:
            leave(request)
        record(request, response.status)

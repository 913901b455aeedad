"""What requests bring: bodies are read as they come, so none is ever held that is too large."""

import asyncio
import math
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import TypeAdapter
from sanic.exceptions import PayloadTooLarge, RequestTimeout, SanicException
from sanic.http import Http
from sanic.response import HTTPResponse

from .inputs import JSON, MERGE_PATCH, check_media_type, read_body
from .request import AnyRequest

# How long a client may go on sending a body that has been refused.
LINGER_SECONDS = 2

Model = TypeVar("Model")


async def read_json(request: AnyRequest, adapter: TypeAdapter[Model]) -> Model:
    """The body of a request to a handler with `stream=True`, as the adapter's type."""
    patches = (MERGE_PATCH,) if request.method == "PATCH" else ()
    check_media_type(request.header("content-type"), JSON, *patches)
    return read_body(adapter, await receive(request))


async def read_form(request: AnyRequest) -> dict[str, str]:
    """What a form of a page brings to a handler with `stream=True`.

    Sanic's `request.form` would log what can't be read as an error of ours.
    """
    body = await receive(request)
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


async def receive(request: AnyRequest) -> bytes:
    """The whole body; raises PayloadTooLarge as soon as it is, and RequestTimeout where it stalls.

    What says that it is too large has been refused before, see `edge/middleware.py`.
    """
    edge, body = request.edge, bytearray()
    # Sanic's types don't know that it can be iterated over.
    stream: Any = request.stream
    pieces = aiter(stream)
    while True:
        try:
            async with asyncio.timeout(edge.body_timeout_seconds):
                data = await anext(pieces, None)
        except TimeoutError as error:
            abandon(request)
            raise RequestTimeout from error
        if data is None:
            return bytes(body)
        body += data
        if len(body) > edge.max_body_bytes:
            raise PayloadTooLarge


async def skip(request: AnyRequest) -> None:
    """Read what the handler had no use for, so that the connection can be used again.

    Sanic would do so once it has answered, for as long as the client likes.
    """
    try:
        await receive(request)
    except SanicException:
        abandon(request)


def abandon(request: AnyRequest) -> None:
    """Close the connection after the answer, and read no more of it."""
    if isinstance(request.stream, Http):
        request.stream.keep_alive = False
        request.stream.request_body = None


class Refusal(HTTPResponse):
    """An answer to a client that may still be sending.

    It reads on for a while: closed at once, a connection takes the answer away from such a client.
    """

    async def send(self, data: Any = None, end_stream: bool | None = None) -> None:
        """Send a part of the answer, as any does; and read on, as this one does."""
        await super().send(data, end_stream)
        stream: Any = self.stream
        if isinstance(stream, Http):
            stream.request_max_size = math.inf
        with suppress(TimeoutError, SanicException):
            async with asyncio.timeout(LINGER_SECONDS):
                async for _ in stream:
                    pass

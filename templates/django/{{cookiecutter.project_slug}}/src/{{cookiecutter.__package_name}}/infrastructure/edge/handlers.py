"""What has to be done around Django's handlers, which its middleware comes too late for."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from ..serving.threads import INCOMPLETE
from .policy import Edge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# An answer up to this length is given to the server in one piece, which is faster.
ONE_PIECE_BYTES = 1_048_576
# In a type of media (RFC 2231). At some of them Django fails; what is taken here has none.
EXTENDED = "*"
_END: Message = {"type": "http.request", "body": b"", "more_body": False}


class AroundWSGI:
    """Around Django's handler of WSGI, which reads no body whose length nobody has declared."""

    def __init__(self, handler: WSGIApplication, edge: Edge) -> None:
        self._handler = handler
        self._limit = edge.max_body_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if "HTTP_TRANSFER_ENCODING" in environ and not environ.get("CONTENT_LENGTH"):
            # The server knows where it ends. With one byte too many, it is refused.
            body = environ["wsgi.input"].read(self._limit + 1)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ["wsgi.input"] = io.BytesIO(body)
        if not environ.get("PATH_INFO") and not environ.get("SCRIPT_NAME"):
            # Django would take it for `/`; but what is asked for has no path.
            environ[INCOMPLETE] = 400
        if EXTENDED in environ.get("CONTENT_TYPE", ""):
            environ["CONTENT_TYPE"] = ""
        response = self._handler(environ, start_response)
        if not isinstance(response, HttpResponseBase) or not _is_short(response):
            return response
        try:
            return list(response)
        finally:
            response.close()


def make_if_short(response: HttpResponseBase) -> None:
    """Make a stream that is short before it is sent, so that what fails is answered as any mistake.

    Called within what Django has for mistakes.
    """
    if isinstance(response, StreamingHttpResponse) and _is_short(response):
        content = response.streaming_content
        if isinstance(content, Iterable):
            response.streaming_content = [*content]


def _is_short(response: HttpResponseBase) -> bool:
    """Whether it says that it is."""
    return int(response.headers.get("Content-Length", ONE_PIECE_BYTES + 1)) <= ONE_PIECE_BYTES


class AroundASGI:
    """Around Django's handler of ASGI, which reads a body of any length, however long it takes."""

    def __init__(self, handler: Application, edge: Edge) -> None:
        self._handler = handler
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            scope["headers"] = [each for each in scope["headers"] if not _is_extended(*each)]
            receive = _Body(scope, receive, self._edge).receive
        await self._handler(scope, receive, send)


def _is_extended(name: bytes, value: bytes) -> bool:
    return name == b"content-type" and EXTENDED.encode() in value


def is_too_long(length: str, edge: Edge) -> bool:
    """Whether a body is, by its Content-Length."""
    # By HTTP/2 it may come twice, as `7, 7`: the frames count.
    return length.isdecimal() and int(length[:20]) > edge.max_body_bytes


class _Body:
    """A body that ends where there is too much of it, or it stalls; one that is said to be too long
    is not waited for.
    """

    def __init__(self, scope: Scope, receive: Receive, edge: Edge) -> None:
        self._scope = scope
        self._receive = receive
        self._left = edge.max_body_bytes
        self._seconds = edge.body_timeout_seconds
        length = dict(scope["headers"]).get(b"content-length", b"").decode("latin-1")
        self._is_declared_too_long = is_too_long(length, edge)
        self._is_complete = False

    async def receive(self) -> Message:
        """What Django calls: until the body ends, and then until the client leaves."""
        if self._is_complete:
            while (message := await self._receive())["type"] != "http.disconnect":
                pass
            return message
        if self._is_declared_too_long:
            self._is_complete = True
            return _END
        try:
            async with asyncio.timeout(self._seconds):
                message = await self._receive()
        except TimeoutError:
            self._scope[INCOMPLETE] = 408
            message = _END
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self._scope[INCOMPLETE] = 413
            message = _END
        self._is_complete = not message.get("more_body")
        return message

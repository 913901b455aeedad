"""Request bodies are read up to the limit, declared or in chunks, and not a byte further.

Tornado has limits of its own, but ends the connection without a word to the client.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import StreamClosedError
from tornado.web import Application

from .handlers import BaseHandler

# How long a client may go on sending a body that has been refused: closed at once, the connection
# would take the answer away from it.
LINGER_SECONDS = 2


def declares_body(headers: HTTPHeaders) -> bool:
    """Whether a body follows the head of a request."""
    return headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers


class LimitedBody(HTTPMessageDelegate):
    """Passes a request on to its handler; has it refused where its body is too long.

    limit: in bytes; abandoned: called where the client has gone, and there is nobody to answer.
    """

    def __init__(
        self,
        application: Application,
        request: HTTPServerRequest,
        accepted: HTTPMessageDelegate,
        *,
        limit: int,
        abandoned: Callable[[], object],
    ) -> None:
        self._application = application
        self._request = request
        self._accepted = accepted
        # In bytes; less than none where it is refused.
        self._left = limit
        self._has_ended = asyncio.Event()
        self._abandoned = abandoned

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """The head is complete."""
        length = headers.get("Content-Length", "")
        # Tornado answers what is no number.
        if not length.isdecimal() or int(length[:20]) <= self._left:
            return self._accepted.headers_received(start_line, headers)
        self._left = -1
        self._refuse()
        return None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """A part of the body has come; what is left of one that is refused is dropped."""
        if self._left < 0:
            return None
        self._left -= len(chunk)
        if self._left >= 0:
            return self._accepted.data_received(chunk)
        # To the handler it is as if the client had left.
        self._accepted.on_connection_close()
        self._refuse()
        return None

    def finish(self) -> None:
        """All of the body has come."""
        self._has_ended.set()
        if self._left >= 0:
            self._accepted.finish()

    def on_connection_close(self) -> None:
        """The client has gone in the middle of the body."""
        self._has_ended.set()
        if self._left >= 0:
            self._abandoned()
            self._accepted.on_connection_close()

    def _refuse(self) -> None:
        # To Tornado's delegate a request without a body is over now.
        self._application.get_handler_delegate(
            self._request, TooLargeHandler, {"has_ended": self._has_ended}
        ).finish()


class TooLargeHandler(BaseHandler):
    """Answers at once, and ends when the client has finished, or has had the time for it."""

    def initialize(self, has_ended: asyncio.Event) -> None:  # type: ignore[override]  # has no rule
        """has_ended: set when nothing of the body is left to come."""
        self._has_ended = has_ended

    async def prepare(self) -> None:
        """Whatever the method is."""
        body = self.problem(413)
        self.set_header("Connection", "close")
        self.set_header("Content-Length", len(body))
        self.write(body)
        with suppress(StreamClosedError, TimeoutError):
            await self.flush()
            async with asyncio.timeout(LINGER_SECONDS):
                await self._has_ended.wait()
        self.finish()

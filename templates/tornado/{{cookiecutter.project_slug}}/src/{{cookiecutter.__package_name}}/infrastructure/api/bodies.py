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


def declares_more_than(limit: int, headers: HTTPHeaders) -> bool:
    """Whether the head says that the body will be too long."""
    try:
        return int(headers.get("Content-Length", "0")) > limit
    except ValueError:
        # Tornado answers what is no number.
        return False


class RefusedBody(HTTPMessageDelegate):
    """Has a request answered with 413, and drops what is left of its body."""

    def __init__(self, application: Application, request: HTTPServerRequest) -> None:
        self.has_ended = asyncio.Event()
        self._answer = application.get_handler_delegate(
            request, TooLargeHandler, {"has_ended": self.has_ended}
        )

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """Answer; the body may still come."""
        # To Tornado's delegate a request without a body is over now.
        self._answer.finish()
        return None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Drop it."""
        return None

    def finish(self) -> None:
        """All of the body has come."""
        self.has_ended.set()

    def on_connection_close(self) -> None:
        """The client has gone."""
        self.has_ended.set()


class LimitedBody(HTTPMessageDelegate):
    """Passes a request on to its handler; has it refused once its body is too long.

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
        self._delegate = accepted
        self._left = limit
        self._abandoned = abandoned

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """The head is complete."""
        self._start = (start_line, headers)
        return self._delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """A part of the body has come."""
        self._left -= len(chunk)
        if self._left < 0 and not self._is_refused:
            # To the handler it is as if the client had left.
            self._delegate.on_connection_close()
            self._delegate = RefusedBody(self._application, self._request)
            self._delegate.headers_received(*self._start)
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        """All of the body has come."""
        self._delegate.finish()

    def on_connection_close(self) -> None:
        """The client has gone in the middle of the body."""
        if not self._is_refused:
            self._abandoned()
        self._delegate.on_connection_close()

    @property
    def _is_refused(self) -> bool:
        return isinstance(self._delegate, RefusedBody)


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

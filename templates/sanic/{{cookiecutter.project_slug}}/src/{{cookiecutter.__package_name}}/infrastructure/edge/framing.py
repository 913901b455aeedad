"""Where a request ends, and where the next one begins.

Sanic reads heads and chunks that are none in a way of its own (`Content-Length : 65`, a size of
`0x2`), another server before it in another: what was meant as a body is then a request. So they are
refused as RFC 9112 has it, and the connection is closed; extensions of chunks, and fields after the
last one, are passed over.
"""

import re
from typing import Any, NoReturn

from sanic import http
from sanic.exceptions import BadRequest
from sanic.http.http1 import HTTP_CONTINUE

# A name and a value, each after the line before.
_FIELDS = rb"(?:\r\n[\w!#$%&'*+.^`|~-]++:[^\0-\x08\n-\x1f\x7f]*+)*+"
_HEAD = re.compile(rb"[^\0-\x1f\x7f]++" + _FIELDS)
_LENGTH = re.compile(r"[0-9]+[ \t]*", re.ASCII)
_CHUNK = re.compile(rb"\r\n([0-9A-Fa-f]{1,16})(?:[ \t]*;[^\0-\x08\n-\x1f\x7f]*)?")
_TRAILER = re.compile(_FIELDS)


class Http(http.Http):
    """Requests one after the other on a connection."""

    __slots__ = ()

    async def http1_request_header(self) -> None:
        """Read the head of a request, or refuse it."""
        await super().http1_request_header()  # type: ignore[no-untyped-call]  # has no annotations
        request = self.request
        length = request.headers.getone("content-length", "0")
        if not _HEAD.fullmatch(request.head) or not _LENGTH.fullmatch(length):
            self._refuse()

    async def head_response_ignored(  # type: ignore[override]  # Sanic's own can't be awaited
        self, data: bytes, end_stream: bool
    ) -> None:
        """Send nothing, as an answer to HEAD that is sent in parts."""
        super().head_response_ignored(data, end_stream)

    async def read(self) -> bytes | None:
        """Read a part of the body; None after the last."""
        # Sanic's types know of no other bodies than whole ones.
        kind: object = self.request_body
        if kind == "chunked" and not self.request_bytes_left:
            await self._begin_chunk()
        return await super().read()

    async def _begin_chunk(self) -> None:
        """Leave nothing but its size before a chunk, and nothing after the last one."""
        if self.expecting_continue:
            self.expecting_continue = False
            await self._connection.send(HTTP_CONTINUE)
        end = await self._find(b"\r\n", after=2)
        found = _CHUNK.fullmatch(self.recv_buffer, 0, end)
        size = int(found[1], 16) if found else self._refuse()
        if size:
            self.recv_buffer[:end] = b"\r\n%x" % size
            return
        last = await self._find(b"\r\n\r\n", after=end)
        if not _TRAILER.fullmatch(self.recv_buffer, end, last):
            self._refuse()
        self.recv_buffer[:last] = b"\r\n0"

    async def _find(self, sign: bytes, *, after: int) -> int:
        """Where in the buffer something is, which may still have to come."""
        buffer: bytearray = self.recv_buffer
        while (found := buffer.find(sign, after)) < 0:
            if len(buffer) > self.HEADER_MAX_SIZE:
                self._refuse()
            await self._connection.receive_more()
        return found

    @property
    def _connection(self) -> Any:
        """Sanic's types don't know what it can do."""
        return self.protocol

    def _refuse(self) -> NoReturn:
        """Read no further: nobody knows where the next request begins."""
        self.request_body = None
        self.keep_alive = False
        raise BadRequest

"""The request, with what this service knows about each."""

import re
from time import perf_counter
from types import SimpleNamespace
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import sanic
from sanic.compat import Header
from sanic.config import Config

from ..edge.paths import plain_path
from ..edge.policy import Edge, plain_address

# Of the request that Sanic makes up where there is none, to answer it.
NO_METHOD = "NONE"

_ORIGIN = re.compile(rb"\w+://([^/?#]*)")


class Context(Protocol):
    """What is asked of the context of an application, which else has what handlers need."""

    @property
    def edge(self) -> Edge:
        """What is done to every request."""


C = TypeVar("C", bound=Context)


class Request(sanic.Request[sanic.Sanic[Config, C], SimpleNamespace], Generic[C]):
    """A request; whom proxies say that it is of counts only where they are ours."""

    __slots__ = ("_identity", "is_streamed", "started")

    def __init__(
        self,
        url_bytes: bytes,
        headers: Header,
        version: str,
        method: str,
        *arguments: Any,
        **options: Any,
    ) -> None:
        self.started = perf_counter()
        # Whether the answer is recorded at its end, by `streaming.py`.
        self.is_streamed = False
        self._identity = ""
        # Its URL may be none either.
        url_bytes = b"*" if method == NO_METHOD else url_bytes
        # Clients of proxies say the whole URL, whose host counts (RFC 9112, 3.2.2).
        if origin := _ORIGIN.match(url_bytes):
            path = url_bytes[origin.end() :]
            url_bytes = path if path.startswith(b"/") else b"/" + path
            if len(headers.getall("host", ())) < 2:
                headers["host"] = origin[1].decode("latin-1")
        path, mark, query = url_bytes.partition(b"?")
        url_bytes = plain_path(path.decode("latin-1")).encode("latin-1") + mark + query
        super().__init__(url_bytes, headers, version, method, *arguments, **options)

    @property
    def edge(self) -> Edge:
        """What is done to every request."""
        return self.app.ctx.edge

    def header(self, name: str) -> str | None:
        """All values of a header, with commas between them; None if it has none."""
        return ", ".join(self.headers.getall(name, ())) or None

    @property
    def id(self) -> str:
        """The id that the client gave, if it may be one, else a new one."""
        if not self._identity:
            self._identity = self.edge.request_id(self.header("x-request-id"))
        return self._identity

    @property
    def _peer(self) -> str:
        return plain_address(self.ip)

    @property
    def client_ip(self) -> str:
        """The address of the client: the nearest one that is no proxy of ours."""
        peer = self._peer
        if not self.edge.is_proxy(peer):
            return peer
        return self.edge.client(peer, self.header("x-forwarded-for") or "")

    @property
    def prefix(self) -> str:
        """What a proxy of ours has taken away from the beginning of the path."""
        forwarded = self.headers.getone("x-forwarded-prefix", "")
        return self.edge.prefix(self._peer, forwarded)

    @property
    def scheme(self) -> str:
        """`https` where a proxy of ours says so."""
        if not self.edge.is_proxy(self._peer):
            return "http"
        forwarded = self.headers.getone("x-forwarded-proto", "")
        return "https" if forwarded.strip().lower() == "https" else "http"


AnyApp: TypeAlias = sanic.Sanic[Config, Any]
AnyRequest: TypeAlias = Request[Any]

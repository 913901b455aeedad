"""The request, with what this service knows about each."""

import re
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import sanic
from sanic.compat import Header
from sanic.config import Config

from .services import Services

App = sanic.Sanic[Config, Services]

# Of the request that Sanic makes up where there is none, to answer it.
NO_METHOD = "NONE"

_WITHOUT_PATH = re.compile(rb"(\w+://[^/?#]*)(?=[?#]|\Z)")


class Request(sanic.Request[App, SimpleNamespace]):
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
        # So may clients of proxies ask for `/` (RFC 9112, 3.2.2); Sanic would stumble over it.
        url_bytes = _WITHOUT_PATH.sub(rb"\1/", url_bytes, count=1)
        super().__init__(url_bytes, headers, version, method, *arguments, **options)

    @property
    def id(self) -> str:
        """The id that the client gave, if it may be one, else a new one."""
        if not self._identity:
            given = self.headers.getone("x-request-id", None)
            self._identity = self.app.ctx.edge.request_id(given)
        return self._identity

    @property
    def client_ip(self) -> str:
        """The address of the client: the nearest one that is no proxy of ours."""
        peer: str = self.ip
        if not self.app.ctx.edge.is_proxy(peer):
            return peer
        forwarded = ",".join(self.headers.getall("x-forwarded-for", []))
        return self.app.ctx.edge.client(peer, forwarded)

    @property
    def scheme(self) -> str:
        """`https` where a proxy of ours says so."""
        if not self.app.ctx.edge.is_proxy(self.ip):
            return "http"
        forwarded = self.headers.getone("x-forwarded-proto", "")
        return "https" if forwarded.strip().lower() == "https" else "http"

"""What is done to every request and answer, whatever the framework: ids, proxies, hosts, headers.

The module beside it that knows the framework does it.
"""

import re
import time
from collections.abc import Callable, Iterator, MutableSet
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from uuid_utils import uuid7

from ..observability.logs import request_log
from ..observability.metrics import METHODS, Metrics
from ..observability.processes import Figure
from ..serving.draining import Draining
from ..settings import HOST, PATH_PREFIX, Settings

# What a response carries that has no such header of its own.
DEFAULT_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cache-control", "no-store"),
)
# A page knows best what it loads. With `no-referrer`, browsers would send `Origin: null` with its
# forms, which every protection against forged forms refuses.
_OF_PAGES = {"content-security-policy": "frame-ancestors 'none'", "referrer-policy": "same-origin"}
PAGE_HEADERS = tuple((name, _OF_PAGES.get(name, value)) for name, value in DEFAULT_HEADERS)
# Of a page that loads nothing but the look that all have.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
FORM_POLICY = PAGE_POLICY.replace("form-action 'none'", "form-action 'self'")
STRICT_TRANSPORT_SECURITY = ("strict-transport-security", "max-age=31536000")
VARY = ("vary", "Origin")
EXPOSED = ("access-control-expose-headers", "Location, Retry-After, X-Request-ID")
WITH_COOKIES = ("access-control-allow-credentials", "true")
# All that a response may have of its own; what it varies by is added.
KEPT = frozenset(
    {
        *(name for name, _ in DEFAULT_HEADERS),
        "strict-transport-security",
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-expose-headers",
        "x-request-id",
        "connection",
    }
)

# They are asked for by address, whatever the service is called.
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
# What clients are told.
BAD_CODING = "A body is sent in chunks, or with its length, and in no other way."
BAD_HOST = "A request names one host, with or without a port."
BAD_METHOD = "The names of methods are in capitals."
BAD_PATH = "A path begins with a slash."
OTHER_HOST = "This host is not served here."

_TOKENS = re.compile(r"[\w!#$%&'*+.^`|~, -]*", re.ASCII)
_HOST = re.compile(rf"({HOST})(?::\d{{0,5}})?", re.ASCII)
# More than it can be with a port: what is remembered is never long, whatever clients send.
_HOST_LENGTH = 262
_WITH_PORT = re.compile(r"\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+", re.IGNORECASE | re.ASCII)
# More than an address needs with a port, and with a zone.
_ADDRESS_LENGTH = 80
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def plain_address(text: str) -> str:
    """An address as it is counted and logged: without a port, and IPv4 as such.

    A proxy may add a port, a socket for IPv6 writes IPv4 in its own way. What is no address stays,
    or its beginning.
    """
    return _plain_address(text[:_ADDRESS_LENGTH])


@lru_cache(maxsize=1024)
def _plain_address(text: str) -> str:
    found = _WITH_PORT.fullmatch(text)
    try:
        address = ip_address((found[1] or found[2]) if found else text)
    except ValueError:
        return text
    return str((address.version == 6 and address.ipv4_mapped) or address)


@lru_cache(maxsize=1024)
def _host_name(host: str) -> str:
    """The name in a Host, in lower case; "" for what is none."""
    found = _HOST.fullmatch(host.lower())
    return found[1] if found else ""


class Edge:
    """The part of the settings that concerns every request."""

    def __init__(self, settings: Settings, metrics: Metrics, draining: Draining) -> None:
        self._metrics = metrics
        # Whatever stands for a request, as long as it is not answered.
        self.in_progress: MutableSet[Any] = set()
        metrics.watch(self._figures)
        self._log = request_log()
        # They ask every few seconds, for as long as the service lives.
        self._unlogged = frozenset() if settings.log_level == "DEBUG" else PROBES
        self.draining = draining
        self.max_body_bytes = settings.max_body_bytes
        self.body_timeout_seconds = settings.body_timeout_seconds
        self._root_path = settings.root_path
        self.statement_seconds = settings.statement_timeout_seconds
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts)
        self._origins = frozenset(settings.cors_allow_origins)
        self._for_origins = (
            (EXPOSED, WITH_COOKIES) if settings.cors_allow_credentials else (EXPOSED,)
        )
        proxies = [ip_network(proxy, strict=False) for proxy in settings.forwarded_allow_ips]

        @lru_cache(maxsize=1024)
        def is_proxy(host: str) -> bool:
            try:
                address = ip_address(host)
            except ValueError:
                return False
            return any(address in network for network in proxies)

        self.is_proxy = is_proxy if proxies else lambda _host: False

    def _figures(self) -> Iterator[Figure]:
        meaning = "HTTP requests that are being answered, a scrape itself among them."
        yield "http_requests_in_progress", meaning, len(self.in_progress)

    def request_id(self, given: str | None) -> str:
        """The id that the client gave, if it may be one, else a new one."""
        return given if given and _REQUEST_ID.fullmatch(given) else str(uuid7())

    def client(self, peer: str, forwarded_for: str) -> str:
        """The address nearest to us that is no proxy of ours.

        peer: as `plain_address` gives it; forwarded_for: what X-Forwarded-For says, one or more.
        """
        for part in reversed(forwarded_for.split(",")):
            if not self.is_proxy(peer) or not (address := plain_address(part.strip())):
                break
            peer = address
        return peer

    def prefix(self, peer: str, forwarded: str) -> str:
        """What a proxy has taken away from the beginning of the path: nothing, or `/shop`.

        peer: as `plain_address` gives it; forwarded: what X-Forwarded-Prefix says.
        """
        if forwarded and self.is_proxy(peer) and PATH_PREFIX.fullmatch(forwarded):
            return forwarded.rstrip("/")
        return self._root_path

    def refusal(
        self, method: str, host: str, path: str, *, coding: str | None, is_1_1: bool
    ) -> str:
        """Why a request is refused, in a sentence for the client; "" if it is not.

        host: its Host, with commas between several; path: as it came, or, where another application
        has left nothing of it, what leads to us; coding: its Transfer-Encoding, if it has one;
        is_1_1: whether it is of HTTP/1.1: before, neither was known; after, both are the server's.
        """
        if coding is not None and (not is_1_1 or coding.strip().lower() != "chunked"):
            return BAD_CODING
        if path[:1] != "/":
            return BAD_PATH
        name = _host_name(host[:_HOST_LENGTH])
        if not name and (host or is_1_1):
            return BAD_HOST
        if self._hosts and name not in self._hosts and path not in PROBES:
            return OTHER_HOST
        # Some frameworks would take it for what it is in capitals.
        return BAD_METHOD if method not in METHODS and method.upper() in METHODS else ""

    def allows_origin(self, origin: str) -> bool:
        """Whether the pages of an Origin may call the API."""
        return origin in self._origins or ("*" in self._origins and origin != "")

    def preflight(
        self, method: str, header: Callable[[str], str | None]
    ) -> list[tuple[str, str]] | None:
        """What the page of an allowed origin is told that asks what it may send: that it may.

        None for a request that is anything else. Whether there is such a method, the request itself
        will tell. header: gives a header of the request by its name, if it has that one.
        """
        if (
            method != "OPTIONS"
            or (asked := header("access-control-request-method")) is None
            or not self.allows_origin(header("origin") or "")
        ):
            return None
        return [
            (f"access-control-{name}", value)
            for name, value in (
                ("allow-methods", asked),
                ("allow-headers", header("access-control-request-headers")),
                ("max-age", "600"),
            )
            if value and _TOKENS.fullmatch(value)
        ]

    def headers(self, request_id: str, origin: str, scheme: str) -> list[tuple[str, str]]:
        """What each answer carries, beside DEFAULT_HEADERS, and unless it has its own.

        origin: the Origin of the request, if it has one: a browser's page asks.
        """
        headers = [("x-request-id", request_id)]
        if self._origins:
            headers.append(VARY)
            if self.allows_origin(origin):
                headers += [("access-control-allow-origin", origin), *self._for_origins]
        if scheme == "https":
            headers.append(STRICT_TRANSPORT_SECURITY)
        if self.draining.begun:
            headers.append(("connection", "close"))
        return headers

    def record(
        self,
        *,
        method: str,
        route: str | None,
        path: str,
        status: int,
        started: float,
        ended: float | None = None,
        client: str,
    ) -> None:
        """Count a request and log it, one of a probe at DEBUG only.

        route: the template that matched, if any; started, ended: by `time.perf_counter()`, where
        it has not ended just now.
        """
        seconds = (ended or time.perf_counter()) - started
        self._metrics.observe(method, route, status, seconds)
        if path in self._unlogged:
            return
        self._log(
            method=method,
            route=route,
            path=path,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            client=client,
        )

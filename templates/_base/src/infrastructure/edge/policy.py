"""What is done to every request and answer, whatever the framework: ids, proxies, hosts, headers.

`asgi.py` or `wsgi.py` puts it around the framework.
"""

import re
import time
from functools import lru_cache
from ipaddress import ip_address, ip_network

from uuid_utils import uuid7

from ..observability.logs import request_log
from ..observability.metrics import Metrics
from ..serving.draining import Draining
from ..settings import Settings

DEFAULT_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cache-control", "no-store"),
)
# Of a page that loads nothing but what stands in it.
PAGE_POLICY = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STRICT_TRANSPORT_SECURITY = ("strict-transport-security", "max-age=31536000")
VARY = ("vary", "Origin")
EXPOSED = ("access-control-expose-headers", "Location, Retry-After, X-Request-ID")
# What an allowed origin is told before it sends the request itself.
PREFLIGHT_HEADERS = (
    ("access-control-allow-methods", "GET, HEAD, POST, PATCH, DELETE"),
    ("access-control-allow-headers", "Authorization, Content-Type, X-Request-ID"),
    ("access-control-max-age", "600"),
)

# What the clients of others are told.
OTHER_HOST = "This host is not served here."

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Edge:
    """The part of the settings that concerns every request."""

    def __init__(self, settings: Settings, metrics: Metrics, draining: Draining) -> None:
        self._metrics = metrics
        self._log = request_log(settings)
        self.draining = draining
        self.max_body_bytes = settings.max_body_bytes
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts)
        self._origins = frozenset(settings.cors_allow_origins)
        proxies = [ip_network(proxy, strict=False) for proxy in settings.forwarded_allow_ips]

        @lru_cache(maxsize=1024)
        def is_proxy(host: str) -> bool:
            try:
                address = ip_address(host)
            except ValueError:
                return False
            return any(address in network for network in proxies)

        self.is_proxy = is_proxy if proxies else lambda _host: False

    def request_id(self, given: str | None) -> str:
        """The id that the client gave, if it may be one, else a new one."""
        return given if given and _REQUEST_ID.fullmatch(given) else str(uuid7())

    def client(self, peer: str, forwarded_for: str) -> str:
        """The address nearest to us that is no proxy of ours.

        forwarded_for: what X-Forwarded-For says, one address or more.
        """
        for address in reversed([part.strip() for part in forwarded_for.split(",")]):
            if not self.is_proxy(peer) or not address:
                break
            peer = address
        return peer

    def allows_host(self, host: str) -> bool:
        """Whether requests for a Host, port included, are answered."""
        if not self._hosts:
            return True
        host = host.lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return name in self._hosts

    def allows_origin(self, origin: str) -> bool:
        """Whether the pages of an Origin may call the API."""
        return origin in self._origins or ("*" in self._origins and origin != "")

    def headers(self, request_id: str, origin: str, scheme: str) -> list[tuple[str, str]]:
        """What each answer carries, whatever the application says.

        origin: the Origin of the request, if it has one: a browser's page asks.
        """
        headers = [("x-request-id", request_id)]
        if self._origins:
            headers.append(VARY)
            if self.allows_origin(origin):
                headers += [("access-control-allow-origin", origin), EXPOSED]
        if scheme == "https":
            headers.append(STRICT_TRANSPORT_SECURITY)
        if self.draining.begun:
            headers.append(("connection", "close"))
        return headers

    def record(
        self, *, method: str, route: str | None, path: str, status: int, started: float, client: str
    ) -> None:
        """Count a request and log it.

        route: the template that matched, if any; started: by `time.perf_counter()`.
        """
        seconds = time.perf_counter() - started
        self._metrics.observe(method, route, status, seconds)
        self._log(
            method=method,
            route=route,
            path=path,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            client=client,
        )

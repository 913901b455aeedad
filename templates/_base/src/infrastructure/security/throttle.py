"""Failed sign-ins are counted, so that nobody can try passwords for long.

The counts are of an address *from one client*, and of one client: nobody locks another one out.
"""

import logging
import math
import time
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerMinute, errors
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from ..errors import TooManyAttempts

PER_ADDRESS = RateLimitItemPerMinute(10, namespace="address")
PER_CLIENT = RateLimitItemPerMinute(100, namespace="client")

_log = logging.getLogger(__name__)


class SignInThrottle:
    """Counts in memory, or in Redis for several workers; in memory as well while Redis is away."""

    def __init__(self, redis_url: str | None) -> None:
        self._memory = MovingWindowRateLimiter(MemoryStorage())
        self._redis = redis_url and MovingWindowRateLimiter(
            RedisStorage(
                redis_url,
                implementation="redispy",
                # So that redis is imported only where it is used: it takes long.
                wrap_exceptions=True,
                socket_timeout=1,
                socket_connect_timeout=1,
            )
        )

    async def check(self, address: str, client: str) -> None:
        """Raises TooManyAttempts where one of the limits has been reached."""
        await self._apply("test", address, client)

    async def count_failure(self, address: str, client: str) -> None:
        """Count one; raises TooManyAttempts where another one is not to be answered."""
        await self._apply("hit", address, client)

    async def _apply(self, operation: str, address: str, client: str) -> None:
        client = _network(client)
        if self._redis:
            try:
                return await _apply(self._redis, operation, address, client)
            except errors.StorageError as error:
                cause = str(error.storage_error)
                _log.warning("rate limits are counted in this process only", extra={"error": cause})
        await _apply(self._memory, operation, address, client)


def _network(client: str) -> str:
    """What counts as one client: of IPv6 a /64, in which everybody has all addresses."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return address.packed[:8].hex() if isinstance(address, IPv6Address) else client


async def _apply(
    limiter: MovingWindowRateLimiter,
    operation: str,
    address: str,
    client: str,
) -> None:
    for limit, key in (
        (PER_ADDRESS, sha256(f"{client} {address.lower()}".encode()).hexdigest()),
        (PER_CLIENT, client),
    ):
        if not await getattr(limiter, operation)(limit, key):
            raise TooManyAttempts(
                "Too many failed attempts; try again later.",
                retry_after=await _seconds_left(limiter, limit, key),
            )


async def _seconds_left(limiter: MovingWindowRateLimiter, limit: RateLimitItem, key: str) -> int:
    stats = await limiter.get_window_stats(limit, key)
    return max(1, math.ceil(stats.reset_time - time.time()))

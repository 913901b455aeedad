"""Failed sign-ins are counted, so that nobody can try passwords for long; and so are sign-ups, and
mails that are asked for.

The counts are of an address *from one client*, and of one client: nobody locks another one out.
"""

import logging
import math
import time
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerMinute, errors
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from ..errors import TooManyAttempts
from ..patience import REDIS_REST_SECONDS, Rest, of_redis
from ..settings import Settings
from .counts import LocalCounts

# Of an address from one client, and of one client.
SIGN_INS = (
    RateLimitItemPerMinute(10, namespace="address"),
    RateLimitItemPerMinute(100, namespace="client"),
)
MAILS = (
    RateLimitItemPerMinute(10, namespace="mail-address"),
    RateLimitItemPerMinute(100, namespace="mail-client"),
)

_log = logging.getLogger(__name__)


class Throttle:
    """Counts in Redis if there is one, else, and while it is away, for this machine alone."""

    def __init__(self, settings: Settings) -> None:
        self._sign_ups = RateLimitItemPerMinute(settings.sign_ups_per_minute, namespace="sign-up")
        self._local = LocalCounts()
        self._rest = Rest(REDIS_REST_SECONDS)
        self._redis = settings.shared_redis and MovingWindowRateLimiter(
            RedisStorage(
                settings.shared_redis,
                implementation="redispy",
                wrap_exceptions=True,
                **of_redis(),
            )
        )

    async def check(self, address: str, client: str) -> None:
        """Raises TooManyAttempts where one of the limits of failed sign-ins has been reached."""
        await self._apply("test", *_counted(SIGN_INS, address, client))

    async def count_failure(self, address: str, client: str) -> None:
        """Count a failed sign-in; raises TooManyAttempts where it is one too many."""
        await self._apply("hit", *_counted(SIGN_INS, address, client))

    async def count_sign_up(self, client: str) -> None:
        """Count a sign-up; raises TooManyAttempts where the client has had its share."""
        await self._apply("hit", (self._sign_ups, _network(client)))

    async def count_mail(self, address: str, client: str) -> None:
        """Count a mail that is asked for, as failed sign-ins are; raises TooManyAttempts."""
        await self._apply("hit", *_counted(MAILS, address, client))

    async def _apply(self, operation: str, *counts: tuple[RateLimitItem, str]) -> None:
        reset_time = await self._reset_time(operation, counts)
        if reset_time is not None:
            raise TooManyAttempts(
                "Too many attempts; try again later.",
                retry_after=max(1, math.ceil(reset_time - time.time())),
            )

    async def _reset_time(
        self, operation: str, counts: tuple[tuple[RateLimitItem, str], ...]
    ) -> float | None:
        if self._redis and not self._rest.goes_on():
            try:
                reset_time = await _reset_time(self._redis, operation, counts)
            except errors.StorageError as error:
                self._rest.begin()
                cause = str(error.storage_error)
                _log.warning("attempts are counted on this machine only", extra={"error": cause})
            else:
                self._rest.end()
                return reset_time
        return await _reset_time(self._local, operation, counts)


def _counted(
    limits: tuple[RateLimitItem, RateLimitItem], address: str, client: str
) -> tuple[tuple[RateLimitItem, str], ...]:
    client = _network(client)
    of_both = sha256(f"{client} {address.lower()}".encode()).hexdigest()
    return tuple(zip(limits, (of_both, client), strict=True))


def _network(client: str) -> str:
    """What counts as one client: of IPv6 a /64, in which everybody has all addresses."""
    try:
        address = ip_address(client)
    except ValueError:
        # What a proxy calls it, or nothing where there is no request.
        return client
    return address.packed[:8].hex() if isinstance(address, IPv6Address) else client


async def _reset_time(
    limiter: MovingWindowRateLimiter | LocalCounts,
    operation: str,
    counts: tuple[tuple[RateLimitItem, str], ...],
) -> float | None:
    """When there is room again, in seconds since 1970; None where there is."""
    for limit, key in counts:
        if not await getattr(limiter, operation)(limit, key):
            return (await limiter.get_window_stats(limit, key)).reset_time
    return None

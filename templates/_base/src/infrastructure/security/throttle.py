"""Failed sign-ins are counted, so that nobody can try passwords for long; and so are sign-ups, and
mails that are asked for.

The counts are of an address *from one client*, and of one client: nobody locks another one out.
"""

import logging
import math
import time
from collections.abc import Iterable
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

# A limit, and what it is counted for.
_Count = tuple[RateLimitItem, str]

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
        await self._apply(_counted(SIGN_INS, address, client), hits=False)

    async def count_failure(self, address: str, client: str) -> None:
        """Count a failed sign-in; raises TooManyAttempts where it is one too many."""
        await self._apply(_counted(SIGN_INS, address, client), hits=True)

    async def count_sign_up(self, client: str) -> None:
        """Count a sign-up; raises TooManyAttempts where the client has had its share."""
        await self._apply([(self._sign_ups, _network(client))], hits=True)

    async def count_mail(self, address: str, client: str) -> None:
        """Count a mail that is asked for, as failed sign-ins are; raises TooManyAttempts."""
        await self._apply(_counted(MAILS, address, client), hits=True)

    async def _apply(self, counts: Iterable[_Count], *, hits: bool) -> None:
        for limit, key in counts:
            full_until = await self._full_until(limit, key, hits=hits)
            if full_until is not None:
                raise TooManyAttempts(
                    "Too many attempts; try again later.",
                    retry_after=max(1, math.ceil(full_until - time.time())),
                )

    async def _full_until(self, limit: RateLimitItem, key: str, *, hits: bool) -> float | None:
        if self._redis and not self._rest.goes_on():
            try:
                full_until = await _full_until(self._redis, limit, key, hits=hits)
            except errors.StorageError as error:
                self._rest.begin()
                cause = str(error.storage_error)
                _log.warning("attempts are counted on this machine only", extra={"error": cause})
            else:
                self._rest.end()
                return full_until
        return self._local.full_until(limit, key, hits=hits)


def _counted(
    limits: tuple[RateLimitItem, RateLimitItem], address: str, client: str
) -> Iterable[_Count]:
    client = _network(client)
    of_both = sha256(f"{client} {address.lower()}".encode()).hexdigest()
    return zip(limits, (of_both, client), strict=True)


def _network(client: str) -> str:
    """What counts as one client: of IPv6 a /64, in which everybody has all addresses."""
    try:
        address = ip_address(client)
    except ValueError:
        # What a proxy calls it, or nothing where there is no request.
        return client
    return address.packed[:8].hex() if isinstance(address, IPv6Address) else client


async def _full_until(
    redis: MovingWindowRateLimiter, limit: RateLimitItem, key: str, *, hits: bool
) -> float | None:
    """As `LocalCounts` says it."""
    has_room = redis.hit if hits else redis.test
    if await has_room(limit, key):
        return None
    return (await redis.get_window_stats(limit, key)).reset_time

"""Where Django's cache is."""

from typing import Any

from .patience import of_redis
from .settings import Settings

BACKENDS = "django.core.cache.backends"


def configuration(settings: Settings) -> dict[str, Any]:
    """What stands in CACHES: in Redis, where there is one, else in each process."""
    if not settings.shared_redis:
        return {"BACKEND": f"{BACKENDS}.locmem.LocMemCache"}
    # Takes its time, so it is imported only where there is a Redis.
    from redis.connection import parse_url

    # The address in parts, of which Django's page on errors does not show the password.
    parts = parse_url(settings.shared_redis)  # type: ignore[no-untyped-call]  # it has no types
    return {
        "BACKEND": f"{BACKENDS}.redis.RedisCache",
        "LOCATION": "redis://",
        "OPTIONS": of_redis() | parts,
    }

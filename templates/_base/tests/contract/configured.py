"""Services that several modules share, but that are set up otherwise than the default one."""

from collections.abc import Iterator

import pytest

from .service import Service, Serving

ORIGIN = "https://app.example"
HOST = "api.example"
# Trusted as a proxy, beside this machine.
PROXY = "198.51.100.9"
MAX_BODY_BYTES = 1000


@pytest.fixture(scope="session")
def configured_service(serving: Serving) -> Iterator[Service]:
    """A service behind a proxy, with names, friends and a small limit; 127.0.0.1 is for us."""
    with serving(
        ALLOWED_HOSTS=f"{HOST}, 127.0.0.1",
        CORS_ALLOW_ORIGINS=f"{ORIGIN}, http://localhost:3000",
        FORWARDED_ALLOW_IPS=f"127.0.0.1,{PROXY}",
        MAX_BODY_BYTES=str(MAX_BODY_BYTES),
    ) as service:
        yield service


@pytest.fixture(scope="session")
def instances(serving: Serving, redis_url: str) -> Iterator[tuple[Service, Service]]:
    """Two instances on one database and one Redis; the first has two workers."""
    with serving(REDIS_URL=redis_url, WEB_CONCURRENCY="2") as first:
        shared = {"REDIS_URL": redis_url, "DATABASE_URL": first.settings["DATABASE_URL"]}
        with serving(**shared) as second:
            yield first, second

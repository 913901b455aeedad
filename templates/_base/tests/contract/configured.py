"""Services that several modules share, but that are set up otherwise than the default one."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .client import Account, sign_up
from .service import Service, Serving
from .sign_ins import client_from, fail, new_client_address

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


@dataclass(frozen=True)
class Throttled:
    """A client that has failed ten times to sign in to an account, lastly at `time`."""

    address: str
    account: Account
    time: float


@pytest.fixture(scope="session")
def throttled(configured_service: Service) -> Throttled:
    """That client: what it is told at first, and after a minute, is in two modules."""
    address = new_client_address()
    with client_from(configured_service, address) as client:
        account = sign_up(client)
        fail(client, account.email, times=10)
    return Throttled(address, account, time.monotonic())


@pytest.fixture(scope="session")
def instances(serving: Serving, redis_url: str) -> Iterator[tuple[Service, Service]]:
    """Two instances on one database and one Redis; the first has two workers."""
    with serving(REDIS_URL=redis_url, WEB_CONCURRENCY="2") as first:
        shared = {"REDIS_URL": redis_url, "DATABASE_URL": first.settings["DATABASE_URL"]}
        with serving(**shared) as second:
            yield first, second

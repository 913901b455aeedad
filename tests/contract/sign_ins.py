"""Attempts to sign in, from clients that are told apart by X-Forwarded-For."""

import time
from dataclasses import dataclass
from uuid import uuid4

import httpx

from .client import new_password, sign_up
from .grounds import Grounds
from .problems import assert_problem
from .service import Service

TOKENS = "/api/v1/tokens"


def new_client_address() -> str:
    """The address of a client that has never been there."""
    numbers = uuid4().bytes
    return f"10.{numbers[0]}.{numbers[1]}.{numbers[2]}"


def client_from(service: Service, address: str) -> httpx.Client:
    client = service.client()
    client.headers["X-Forwarded-For"] = address
    return client


def attempt(client: httpx.Client, email: str, password: str | None = None) -> httpx.Response:
    """Try to sign in, with a wrong password if none is given."""
    return client.post(TOKENS, json={"email": email, "password": password or new_password()})


def fail(client: httpx.Client, email: str, *, times: int) -> None:
    for _ in range(times):
        assert attempt(client, email).status_code == 401


def assert_too_many(response: httpx.Response) -> None:
    assert_problem(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


@dataclass(frozen=True)
class Throttled:
    """A client that has failed ten times to sign in to an account, lastly at `time`."""

    address: str
    email: str
    password: str
    time: float


def throttled(grounds: Grounds) -> Throttled:
    """That client: what it is told at first, and after a minute, is in two modules."""

    def fail_ten_times() -> dict[str, str | float]:
        address = new_client_address()
        with client_from(grounds.service("configured"), address) as client:
            account = sign_up(client)
            fail(client, account.email, times=10)
        return {
            "address": address,
            "email": account.email,
            "password": account.password,
            "time": time.monotonic(),
        }

    return Throttled(**grounds.once("throttled", fail_ten_times))

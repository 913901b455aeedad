"""Attempts to sign in, from clients that are told apart by X-Forwarded-For."""

from itertools import count

import httpx

from .client import new_password
from .problems import assert_problem
from .service import Service

TOKENS = "/api/v1/tokens"
_numbers = count(1)


def new_client_address() -> str:
    number = next(_numbers)
    return f"203.0.{number // 250}.{number % 250 + 1}"


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

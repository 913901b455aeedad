"""Tokens that expire: they are worth nothing then, and what they have opened is closed."""

from collections.abc import Iterator

import httpx
import pytest

from .client import bearer, sign_up
from .problems import assert_unauthorized
from .service import Service, Serving
from .sockets import close_code, subscribed
from .waiting import eventually

SECONDS = 4


@pytest.fixture(scope="module")
def short_lived(serving: Serving) -> Iterator[Service]:
    """A service whose tokens expire after some seconds."""
    with serving(TOKEN_TTL_SECONDS=str(SECONDS)) as service:
        yield service


@pytest.mark.alike("sqlalchemy")
def test_an_expired_token_is_worth_nothing(short_lived: Service) -> None:
    with short_lived.client() as client:
        headers = bearer(sign_up(client).token)
        assert client.get("/api/v1/users/me", headers=headers).status_code == 200
        eventually(lambda: has_expired(client, headers), "401", within=SECONDS + 2)
        assert_unauthorized(client.get("/api/v1/users/me", headers=headers))


def has_expired(client: httpx.Client, headers: dict[str, str]) -> bool:
    return client.get("/api/v1/users/me", headers=headers).status_code == 401


@pytest.mark.part("events")
@pytest.mark.alike("live")
def test_an_expired_token_closes_its_sockets_within_30_seconds(short_lived: Service) -> None:
    with short_lived.client() as client:
        token = sign_up(client).token
    with subscribed(short_lived, token) as socket:
        assert close_code(socket, within=SECONDS + 30 + 2) == 4401

"""HTTP clients and accounts; each client notes what does not hold for every response."""

import ssl
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from .headers import note_hygiene

# Never used, as all traffic is plain; httpx would load a store of certificates for each client.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def connect(url: str, token: str | None = None) -> httpx.Client:
    """A client of the service at `url`, signed in if it is given a token."""
    return httpx.Client(
        base_url=url,
        headers={} if token is None else bearer(token),
        timeout=15,
        trust_env=False,
        verify=NO_TLS,
        event_hooks={"response": [note_hygiene]},
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user of the service, signed in once."""

    id: str
    email: str
    password: str
    token: str


def new_email() -> str:
    return f"{uuid4().hex}@example.com"


def new_password() -> str:
    return f"password {uuid4().hex}"


def sign_up(client: httpx.Client) -> Account:
    """A new user with a token."""
    email, password = new_email(), new_password()
    user = create_user(client, email, password)
    return Account(
        id=user["id"], email=email, password=password, token=sign_in(client, email, password)
    )


def create_user(client: httpx.Client, email: str, password: str) -> dict[str, Any]:
    response = client.post("/api/v1/users", json={"email": email, "password": password})
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()
    return user


def sign_in(client: httpx.Client, email: str, password: str) -> str:
    """A new token."""
    response = client.post("/api/v1/tokens", json={"email": email, "password": password})
    assert response.status_code == 201, response.text
    token: str = response.json()["access_token"]
    return token

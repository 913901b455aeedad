"""Deleting one's account."""

import httpx
import pytest

from .client import Account, sign_up
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .tasks import create_task

ME = "/api/v1/users/me"


@pytest.mark.storage
def test_a_deleted_account_is_gone_and_its_address_is_free(
    own_api: httpx.Client, account: Account
) -> None:
    gone = own_api.request("DELETE", ME, json={"password": account.password})
    assert (gone.status_code, gone.content) == (204, b"")
    assert_unauthorized(own_api.get(ME))
    credentials = {"email": account.email, "password": account.password}
    assert_problem(own_api.post("/api/v1/tokens", json=credentials), 401)
    again = own_api.post("/api/v1/users", json=credentials)
    assert again.status_code == 201
    assert again.json()["id"] != account.id


@pytest.mark.storage
@pytest.mark.part("tasks")
def test_what_belongs_to_it_goes_along(own_api: httpx.Client, account: Account) -> None:
    task = create_task(own_api)
    own_api.request("DELETE", ME, json={"password": account.password})
    credentials = {"email": account.email, "password": account.password}
    own_api.post("/api/v1/users", json=credentials)
    token = own_api.post("/api/v1/tokens", json=credentials).json()["access_token"]
    own_api.headers["Authorization"] = f"Bearer {token}"
    assert own_api.get("/api/v1/tasks").json()["items"] == []
    assert_problem(own_api.get(f"/api/v1/tasks/{task['id']}"), 404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"password": "wrong"}, "/password"), ({}, "/password"), ({"password": None}, "/password")],
)
def test_only_who_knows_the_password_deletes_it(
    own_api: httpx.Client, body: dict[str, object], pointer: str
) -> None:
    assert_invalid(own_api.request("DELETE", ME, json=body), pointers=[pointer])
    assert own_api.get(ME).status_code == 200


def test_who_is_not_signed_in_deletes_nothing(client: httpx.Client) -> None:
    account = sign_up(client)
    assert_unauthorized(client.request("DELETE", ME, json={"password": account.password}))

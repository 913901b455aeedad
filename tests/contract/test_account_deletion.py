"""Deleting one's account."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from .client import Account, bearer, connect, sign_up
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .service import Service
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


@pytest.mark.storage
@pytest.mark.part("tasks")
def test_who_adds_to_it_meanwhile_is_told_that_it_is_gone(service: Service) -> None:
    def add(token: str) -> int:
        with connect(service.url, token) as client:
            while (status := client.post("/api/v1/tasks", json={"title": "x"}).status_code) == 201:
                pass
            return status

    with service.client() as client, ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            account = sign_up(client)
            adding = [pool.submit(add, account.token) for _ in range(4)]
            headers = bearer(account.token)
            client.request("DELETE", ME, json={"password": account.password}, headers=headers)
            assert [each.result() for each in adding] == [401] * 4


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"password": "wrong"}, "/password"), ({}, "/password"), ({"password": None}, "/password")],
)
def test_only_who_knows_the_password_deletes_it(
    own_api: httpx.Client, body: dict[str, object], pointer: str
) -> None:
    assert_invalid(own_api.request("DELETE", ME, json=body), pointers=[pointer])
    assert own_api.get(ME).status_code == 200


def test_without_a_body_it_is_said_what_is_missing(own_api: httpx.Client) -> None:
    assert "application/json" in assert_problem(own_api.delete(ME), 415)["detail"]


def test_who_is_not_signed_in_deletes_nothing(client: httpx.Client) -> None:
    account = sign_up(client)
    assert_unauthorized(client.request("DELETE", ME, json={"password": account.password}))

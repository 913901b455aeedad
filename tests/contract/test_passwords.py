"""Changing one's password."""

import httpx
import pytest

from .client import Account, bearer, new_password, sign_in, sign_up
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .sign_ins import assert_too_many

ME = "/api/v1/users/me"
PASSWORD = f"{ME}/password"


def change(account: Account, **changes: object) -> dict[str, object]:
    return {"current_password": account.password, "new_password": new_password(), **changes}


@pytest.mark.storage
def test_a_changed_password_is_the_only_one_and_revokes_all_other_tokens(
    own_api: httpx.Client, account: Account
) -> None:
    other = sign_in(own_api, account.email, account.password)
    changed = change(account)
    response = own_api.put(PASSWORD, json=changed)
    assert (response.status_code, response.content) == (204, b"")
    assert own_api.get(ME).status_code == 200
    assert_unauthorized(own_api.get(ME, headers=bearer(other)))
    old = {"email": account.email, "password": account.password}
    assert_problem(own_api.post("/api/v1/tokens", json=old), 401)
    assert sign_in(own_api, account.email, str(changed["new_password"]))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"current_password": "wrong"}, "/current_password"),
        ({"current_password": 1}, "/current_password"),
        ({"new_password": "x" * 11}, "/new_password"),
        ({"new_password": "password1234"}, "/new_password"),
        ({"new_password": None}, "/new_password"),
        ({"repeated": "x" * 12}, "/repeated"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(
    api: httpx.Client, shared_account: Account, changes: dict[str, object], pointer: str
) -> None:
    assert_invalid(api.put(PASSWORD, json=change(shared_account, **changes)), pointers=[pointer])
    assert sign_in(api, shared_account.email, shared_account.password)


def test_the_address_is_no_password(api: httpx.Client, shared_account: Account) -> None:
    address = change(shared_account, new_password=shared_account.email)
    assert_invalid(api.put(PASSWORD, json=address), pointers=["/new_password"])


def test_who_is_not_signed_in_changes_nothing(client: httpx.Client) -> None:
    assert_unauthorized(client.put(PASSWORD, json={}))


def test_wrong_passwords_count_as_failed_sign_ins(somebody: httpx.Client) -> None:
    account = sign_up(somebody)
    somebody.headers.update(bearer(account.token))
    wrong = change(account, current_password="wrong")
    for _ in range(9):
        assert_invalid(somebody.put(PASSWORD, json=wrong), pointers=["/current_password"])
    deletion = {"password": "wrong"}
    assert_invalid(somebody.request("DELETE", ME, json=deletion), pointers=["/password"])
    assert_too_many(somebody.put(PASSWORD, json=change(account)))
    assert_too_many(somebody.request("DELETE", ME, json={"password": account.password}))
    right = {"email": account.email, "password": account.password}
    assert_too_many(somebody.post("/api/v1/tokens", json=right))

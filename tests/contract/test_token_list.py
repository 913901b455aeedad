"""Where one is signed in: one's tokens, and how they are revoked."""

from datetime import timedelta

import httpx
import pytest

from .client import Account, bearer, sign_in, sign_up
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .tasks import assert_id, instant

TOKENS = "/api/v1/tokens"
ME = "/api/v1/users/me"


@pytest.mark.storage
def test_one_sees_ones_tokens_the_newest_first(own_api: httpx.Client, account: Account) -> None:
    newest = sign_in(own_api, account.email, account.password)
    page = own_api.get(TOKENS)
    assert page.status_code == 200
    assert page.json().keys() == {"items", "next_cursor"}
    items = page.json()["items"]
    assert [item["is_current"] for item in items] == [False, True]
    for item in items:
        assert item.keys() == {"id", "created_at", "expires_at", "is_current"}
        assert_id(item["id"])
        lasts = instant(item["expires_at"]) - instant(item["created_at"])
        assert abs(lasts - timedelta(days=1)) < timedelta(seconds=60)
    assert newest not in page.text
    assert account.token not in page.text


@pytest.mark.storage
def test_they_come_in_pages(own_api: httpx.Client, account: Account) -> None:
    sign_in(own_api, account.email, account.password)
    first = own_api.get(TOKENS, params={"limit": 1}).json()
    rest = own_api.get(TOKENS, params={"cursor": first["next_cursor"]}).json()
    assert rest["next_cursor"] is None
    together = [*first["items"], *rest["items"]]
    assert together == own_api.get(TOKENS).json()["items"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "limit=1&limit=2"]
)
def test_a_bad_query_is_refused(api: httpx.Client, query: str) -> None:
    assert_invalid(api.get(f"{TOKENS}?{query}"), parameters=[query.partition("=")[0]])


@pytest.mark.storage
def test_one_of_them_is_revoked(own_api: httpx.Client, account: Account) -> None:
    other = sign_in(own_api, account.email, account.password)
    token_id = own_api.get(TOKENS).json()["items"][0]["id"]
    gone = own_api.delete(f"{TOKENS}/{token_id}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert_unauthorized(own_api.get(ME, headers=bearer(other)))
    assert_problem(own_api.delete(f"{TOKENS}/{token_id}"), 404)
    assert own_api.get(ME).status_code == 200


def test_anothers_token_and_what_is_no_id_are_not_found(
    own_api: httpx.Client, client: httpx.Client
) -> None:
    stranger = sign_up(client)
    theirs = client.get(TOKENS, headers=bearer(stranger.token)).json()["items"][0]["id"]
    for token_id in (theirs, "17", theirs.replace("-", "")):
        assert_problem(own_api.delete(f"{TOKENS}/{token_id}"), 404)
    assert client.get(ME, headers=bearer(stranger.token)).status_code == 200


@pytest.mark.storage
def test_all_of_them_are_revoked_at_once(
    own_api: httpx.Client, client: httpx.Client, account: Account
) -> None:
    other = sign_in(own_api, account.email, account.password)
    stranger = sign_up(client)
    assert own_api.delete(TOKENS).status_code == 204
    for token in (account.token, other):
        assert_unauthorized(client.get(ME, headers=bearer(token)))
    assert client.get(ME, headers=bearer(stranger.token)).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("DELETE", "/17")])
def test_who_is_not_signed_in_has_none(client: httpx.Client, method: str, path: str) -> None:
    assert_unauthorized(client.request(method, TOKENS + path))

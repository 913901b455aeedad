"""Administrators: who makes them, and what only they may do."""

import httpx
import pytest

from .client import Account, bearer, new_email, new_password, sign_in, sign_up
from .commands import Commands
from .problems import assert_invalid, assert_problem, assert_unauthorized
from .service import Service

USERS = "/api/v1/users"


@pytest.fixture(scope="module")
def admin(commands: Commands, service: Service) -> Account:
    """An administrator, who has been made on the command line."""
    email, password = new_email(), new_password()
    made = commands.run("create-admin", email, ADMIN_PASSWORD=password, **service.settings)
    assert made.returncode == 0, made.stdout + made.stderr
    with service.client() as client:
        token = sign_in(client, email, password)
        me = client.get(f"{USERS}/me", headers=bearer(token)).json()
    assert me["is_admin"]
    return Account(id=me["id"], email=email, password=password, token=token)


@pytest.mark.storage
def test_administrators_see_all_users_in_pages(client: httpx.Client, admin: Account) -> None:
    newest = [sign_up(client).id for _ in range(2)][::-1]
    client.headers.update(bearer(admin.token))
    first = client.get(USERS, params={"limit": 1})
    assert first.status_code == 200
    [user] = first.json()["items"]
    assert user.keys() == {"id", "email", "created_at", "email_verified_at", "is_admin"}
    found, cursor = [user["id"]], first.json()["next_cursor"]
    # Others sign up meanwhile.
    while not set(newest) <= set(found) and cursor:
        page = client.get(USERS, params={"limit": 100, "cursor": cursor}).json()
        found += [user["id"] for user in page["items"]]
        cursor = page["next_cursor"]
    assert [each for each in found if each in newest] == newest
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x"])
def test_a_bad_query_is_refused(client: httpx.Client, admin: Account, query: str) -> None:
    response = client.get(f"{USERS}?{query}", headers=bearer(admin.token))
    assert_invalid(response, parameters=[query.partition("=")[0]])


def test_nobody_else_may(own_api: httpx.Client, client: httpx.Client) -> None:
    assert_problem(own_api.get(USERS), 403)
    assert_problem(own_api.get(f"{USERS}?limit=x"), 403)
    assert_unauthorized(client.get(USERS))


@pytest.mark.storage
@pytest.mark.alike("sqlalchemy")
def test_a_user_is_made_an_administrator_on_purpose(
    commands: Commands, service: Service, own_api: httpx.Client, account: Account
) -> None:
    assert not own_api.get(f"{USERS}/me").json()["is_admin"]
    make = ("create-admin", account.email.upper())
    # Anybody can have signed up with it.
    refused = commands.run(*make, **service.settings)
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert not own_api.get(f"{USERS}/me").json()["is_admin"]
    made = commands.run(*make, "--existing", **service.settings)
    assert made.returncode == 0, made.stdout + made.stderr
    assert own_api.get(f"{USERS}/me").json()["is_admin"]
    again = commands.run(*make, **service.settings)
    assert again.returncode == 0, again.stdout + again.stderr
    assert sign_in(own_api, account.email, account.password)


@pytest.mark.alike("sqlalchemy")
def test_who_is_no_user_needs_a_good_password(commands: Commands, service: Service) -> None:
    # And an address that is one: a project's own tests refuse both, without a process.
    given = {**service.settings, "ADMIN_PASSWORD": "password1234"}
    refused = commands.run("create-admin", "nobody@example.com", **given)
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "password1234" not in refused.stderr + refused.stdout

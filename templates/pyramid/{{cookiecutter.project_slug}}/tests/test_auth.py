"""Who makes a request, and what the ACLs of resources let them do."""

from collections.abc import Callable

import pytest
from pyramid.config import Configurator
from webtest import TestApp

from {{ cookiecutter.__package_name }}.accounts.auth import TokenPolicy
from {{ cookiecutter.__package_name }}.accounts.request import Request

MakeRequest = Callable[[dict[str, str]], Request]


@pytest.fixture
def make_request(config: Configurator) -> MakeRequest:
    """A request with headers, as a view gets it."""

    def make(headers: dict[str, str]) -> Request:
        request: Request = Request.blank("/", headers=headers)
        request.registry = config.registry
        return request

    return make


def test_the_policy_knows_whose_token_it_is(
    make_request: MakeRequest, client: TestApp, account: dict[str, str]
) -> None:
    policy, request = TokenPolicy(), make_request(account)
    me = client.get("/api/v1/users/me", headers=account).json
    assert policy.authenticated_userid(request) == me["id"]
    assert policy.remember(request, me["id"]) == policy.forget(request) == []


@pytest.mark.parametrize("authorization", [None, "Basic eDp5", "Bearer unknown"])
def test_the_policy_does_not_know_a_stranger(
    make_request: MakeRequest, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    policy, request = TokenPolicy(), make_request(headers)
    assert policy.identity(request) is None
    assert policy.authenticated_userid(request) is None


def test_a_resource_can_be_for_one_user(
    make_request: MakeRequest, sign_up: Callable[[], dict[str, str]]
) -> None:
    policy, request, other = TokenPolicy(), make_request(sign_up()), make_request(sign_up())

    class Diary:
        __acl__ = (("Allow", f"user:{policy.authenticated_userid(request)}", ("read",)),)

    assert policy.permits(request, Diary(), "read")
    assert not policy.permits(other, Diary(), "read")
    assert not policy.permits(request, Diary(), "write")

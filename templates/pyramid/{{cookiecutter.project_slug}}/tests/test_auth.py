"""Who makes a request, and what the ACLs of resources let them do."""

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError
from pyramid.request import Request as PyramidRequest
from webtest import TestApp

from {{ cookiecutter.__package_name }}.accounts.auth import TokenPolicy
from {{ cookiecutter.__package_name }}.accounts.request import Request
from {{ cookiecutter.__package_name }}.infrastructure.api.resources import Root

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


class Garden:
    """A resource with a name, and what it lies in."""

    route = "/plants/garden"
    __acl__ = (("Allow", "system.Everyone", ("read",)),)

    def __init__(self, _request: object, name: str, parent: Any) -> None:
        self.__name__ = name
        self.__parent__ = parent


@pytest.fixture
def garden(config: Configurator, client: TestApp) -> TestApp:
    """A client of an application with a resource of its own."""
    config.add_resource(Garden.route, Garden)
    config.add_view(
        lambda context, _request: {"name": context.__name__},
        context=Garden,
        request_method="GET",
        permission="read",
        renderer="json",
    )
    return client


def test_a_path_is_traversed_to_what_a_feature_has_added(garden: TestApp) -> None:
    assert garden.get("/plants/garden").json == {"name": "garden"}
    assert garden.post("/plants/garden", status=405).headers["Allow"] == "GET, HEAD"
    counted = garden.get("/metrics").text
    assert 'http_requests_total{method="POST",route="/plants/garden",status="405"}' in counted


@pytest.mark.parametrize(
    "path",
    [
        "/plants",
        "/plants/garden/",
        "/plants//garden",
        "/plants/%2e/garden",
        "/plants/x/%2e%2e/garden",
        "/plants/garden/@@",
        "/@@",
    ],
)
def test_a_resource_has_one_address(garden: TestApp, path: str) -> None:
    garden.get(path, status=404)


@pytest.mark.parametrize("root", ["/plants", "/\xff"])
def test_a_client_does_not_choose_where_traversal_begins(garden: TestApp, root: str) -> None:
    environ = {"HTTP_X_VHM_ROOT": root}
    for path, status in (("/livez", 200), ("/garden", 404), ("/plants/garden", 200)):
        garden.get(path, extra_environ=environ, status=status)


def test_two_features_can_not_have_one_path(config: Configurator) -> None:
    features = Configurator(registry=config.registry)
    for _ in range(2):
        features.add_resource(Garden.route, Garden)
    with pytest.raises(ConfigurationConflictError, match=Garden.route):
        features.commit()


def test_a_request_with_a_route_has_no_resource(garden: TestApp, config: Configurator) -> None:
    request: Any = PyramidRequest.blank("/plants/garden")
    request.registry, request.matched_route = config.registry, object()
    with pytest.raises(KeyError):
        Root(request)["plants"]

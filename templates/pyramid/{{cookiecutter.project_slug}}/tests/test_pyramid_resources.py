"""The tree of resources, and who may do what with it."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from contract.project import PACKAGE
from pyramid.traversal import find_resource, resource_path

accounts = import_module(f"{PACKAGE}.accounts")
errors = import_module(f"{PACKAGE}.errors")
migrate = import_module(f"{PACKAGE}.migrate")
schemas = import_module(f"{PACKAGE}.schemas")
tasks = import_module(f"{PACKAGE}.tasks")
resources = import_module(f"{PACKAGE}.web.resources")
Request = import_module(f"{PACKAGE}.web.request").Request
Services = import_module(f"{PACKAGE}.services").Services
Settings = import_module(f"{PACKAGE}.web").Settings
TokenPolicy = import_module(f"{PACKAGE}.web.security").TokenPolicy

PASSWORD = "correct horse battery"


class User:
    """A user, their token and a task of theirs."""

    def __init__(self, services: Any) -> None:
        self._services = services
        given = {"email": f"{uuid4()}@example.com", "password": PASSWORD}
        self.id = accounts.register(services.database, schemas.Credentials(**given)).id
        self.token = accounts.sign_in(
            services.database,
            services.throttle,
            schemas.SignIn(**given),
            client="",
            ttl_seconds=60,
        ).access_token
        new = schemas.TaskInput(title="Water the plants")
        self.task = str(tasks.add(services.database, self.id, new).id)

    def request(self) -> Any:
        return make_request(self._services, f"Bearer {self.token}")


def make_request(services: Any, authorization: str | None = None) -> Any:
    headers = {"Authorization": authorization} if authorization else {}
    request = Request.blank("/api/v1/tasks", headers=headers)
    request.registry = {"services": services}
    return request


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Any]:
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    migrate.upgrade(url)
    given = Services.of(Settings(app_env="test", database_url=url))
    yield given
    given.database.close()


@pytest.fixture
def ada(services: Any) -> User:
    return User(services)


def find(request: Any, *names: str) -> Any:
    return find_resource(resources.Root(request), ("", "api", "v1", "tasks", *names))


def permits(request: Any, context: Any, permission: str) -> bool:
    return bool(TokenPolicy().permits(request, context, permission))


def test_a_path_leads_to_a_resource_which_knows_its_path(services: Any) -> None:
    task = find(make_request(services), "a")
    assert isinstance(task, resources.Task)
    assert resource_path(task) == "/api/v1/tasks/a"
    assert isinstance(task.__parent__, resources.Tasks)


def test_what_is_not_in_the_tree_is_not_found(services: Any) -> None:
    with pytest.raises(KeyError):
        resources.Root(make_request(services))["api"]["v2"]


def test_a_request_with_a_route_has_no_resource(services: Any) -> None:
    request = make_request(services)
    request.matched_route = object()
    with pytest.raises(KeyError):
        resources.Root(request)["api"]


def test_only_who_has_an_account_may_list_and_add(services: Any, ada: User) -> None:
    for request, allowed in ((make_request(services), False), (ada.request(), True)):
        context = find(request)
        assert permits(request, context, "list") is allowed
        assert permits(request, context, "add") is allowed


@pytest.mark.parametrize("permission", ["read", "change", "delete"])
def test_one_s_own_task_is_allowed(ada: User, permission: str) -> None:
    request = ada.request()
    task = find(request, ada.task)
    assert permits(request, task, permission)
    assert task.row.title == "Water the plants"


def test_even_the_owner_may_do_no_more(ada: User) -> None:
    request = ada.request()
    assert not permits(request, find(request, ada.task), "publish")


@pytest.mark.parametrize("permission", ["read", "change", "delete"])
def test_another_s_task_is_not_found(services: Any, ada: User, permission: str) -> None:
    request = User(services).request()
    with pytest.raises(errors.NotFound):
        permits(request, find(request, ada.task), permission)


def test_a_task_that_goes_between_the_permission_and_the_change_is_not_found(
    services: Any, ada: User
) -> None:
    request = ada.request()
    task = find(request, ada.task)
    assert permits(request, task, "change")
    tasks.remove(services.database, ada.id, task.id)
    with pytest.raises(errors.NotFound):
        tasks.change(services.database, ada.id, task.id, {"done": True})
    with pytest.raises(errors.NotFound):
        tasks.remove(services.database, ada.id, task.id)


@pytest.mark.parametrize("name", ["no-uuid", str(UUID(int=0))])
def test_an_unknown_task_is_told_to_those_only_who_may_ask(
    services: Any, ada: User, name: str
) -> None:
    request = ada.request()
    with pytest.raises(errors.NotFound):
        permits(request, find(request, name), "read")
    for stranger in (make_request(services), make_request(services, "Bearer unknown")):
        with pytest.raises(errors.Unauthorized):
            permits(stranger, find(stranger, name), "read")


def test_the_policy_knows_whose_token_it_is(ada: User) -> None:
    policy, request = TokenPolicy(), ada.request()
    assert policy.identity(request).id == ada.id
    assert policy.authenticated_userid(request) == str(ada.id)


@pytest.mark.parametrize("authorization", [None, "Basic eDp5", "Bearer unknown"])
def test_the_policy_does_not_know_a_stranger(services: Any, authorization: str | None) -> None:
    policy, request = TokenPolicy(), make_request(services, authorization)
    assert policy.identity(request) is None
    assert policy.authenticated_userid(request) is None


def test_a_resource_can_be_for_one_user(services: Any, ada: User) -> None:
    class Diary:
        __acl__ = (("Allow", f"user:{ada.id}", ("read",)),)

    assert permits(ada.request(), Diary(), "read")
    assert not permits(User(services).request(), Diary(), "read")


def test_clients_keep_their_tokens_themselves(ada: User) -> None:
    policy, request = TokenPolicy(), ada.request()
    assert policy.remember(request, str(ada.id)) == policy.forget(request) == []

"""Live events of several workers and instances, which tell each other through Redis."""

from contextlib import ExitStack
from typing import Any

import pytest

from .client import Account, sign_up
from .service import Service
from .sockets import close_code, receive, subscribed
from .tasks import create_task


@pytest.fixture
def member(instances: tuple[Service, Service]) -> Account:
    with instances[0].client() as client:
        return sign_up(client)


def change(service: Service, token: str, number: int) -> list[dict[str, Any]]:
    """Create, rename and delete a task, each on a connection of its own."""
    with service.client(token) as api:
        task = create_task(api, f"task {number}")
    path = f"/api/v1/tasks/{task['id']}"
    with service.client(token) as api:
        renamed = api.patch(path, json={"title": f"renamed {number}"}).json()
    with service.client(token) as api:
        api.delete(path)
    return [
        {"type": "task.created", "task": task},
        {"type": "task.updated", "task": renamed},
        {"type": "task.deleted", "task": renamed},
    ]


def test_each_socket_hears_of_all_changes_wherever_they_are_made(
    instances: tuple[Service, Service], member: Account
) -> None:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(subscribed(service, member.token))
            for service in instances
            for _ in range(4)
        ]
        expected = [
            event
            for number in range(6)
            for event in change(instances[number % 2], member.token, number)
        ]
        for socket in sockets:
            assert [receive(socket) for _ in expected] == expected


def test_a_token_revoked_at_one_instance_closes_sockets_at_the_other(
    instances: tuple[Service, Service], member: Account
) -> None:
    first, second = instances
    with subscribed(second, member.token) as socket:
        with first.client(member.token) as api:
            api.delete("/api/v1/tokens/current")
        assert close_code(socket, within=32) == 4401

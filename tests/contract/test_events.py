"""Live events: one's own changes, in order, over a WebSocket."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from .client import Account, bearer, sign_up
from .problems import assert_problem
from .service import Service
from .sockets import assert_silent, close_code, open_socket, receive, sign_in_to, subscribed
from .tasks import create_task, read_task
from .waiting import eventually
from .wire import read_response

pytestmark = [pytest.mark.part("events"), pytest.mark.part("tasks"), pytest.mark.storage]

EVENTS = "/api/v1/events"


@pytest.fixture
def socket(service: Service, account: Account) -> Iterator[ClientConnection]:
    """A socket that hears of the tasks of this test's account."""
    with subscribed(service, account.token) as ready:
        yield ready


def change_everything(api: httpx.Client) -> list[dict[str, Any]]:
    """Make all kinds of changes; the events to expect."""
    task = create_task(api, "first")
    path = f"/api/v1/tasks/{task['id']}"
    done = api.patch(path, json={"done": True, "due_at": "2030-01-01T00:00:00Z"}).json()
    other = create_task(api, "second 🌱")
    renamed = api.patch(path, json={"title": "third"}).json()
    api.delete(path)
    return [
        {"type": "task.created", "task": task},
        {"type": "task.updated", "task": done},
        {"type": "task.created", "task": other},
        {"type": "task.updated", "task": renamed},
        {"type": "task.deleted", "task": renamed},
    ]


def test_changes_are_told_in_order(socket: ClientConnection, own_api: httpx.Client) -> None:
    expected = change_everything(own_api)
    assert [receive(socket) for _ in expected] == expected


def test_what_changes_nothing_is_not_told(socket: ClientConnection, own_api: httpx.Client) -> None:
    path = f"/api/v1/tasks/{create_task(own_api)['id']}"
    assert receive(socket)["type"] == "task.created"
    own_api.get(path)
    own_api.patch(path, json={"done": 1})
    own_api.post("/api/v1/tasks", json={})
    own_api.delete("/api/v1/tasks/unknown")
    assert_silent(socket)


def test_the_changes_of_others_are_not_told(socket: ClientConnection, api: httpx.Client) -> None:
    change_everything(api)
    assert_silent(socket)


def test_each_socket_of_a_user_is_told(
    service: Service, account: Account, own_api: httpx.Client
) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(subscribed(service, account.token)) for _ in range(5)]
        expected = change_everything(own_api)
        for socket in sockets:
            assert [receive(socket) for _ in expected] == expected


def test_what_happened_before_is_not_told(
    service: Service, account: Account, own_api: httpx.Client
) -> None:
    with open_socket(service) as socket:
        create_task(own_api)
        sign_in_to(socket, account.token)
        task = create_task(own_api, "after")
        assert receive(socket) == {"type": "task.created", "task": task}


def test_the_last_of_many_changes_at_once_is_told_last(
    service: Service, account: Account, own_api: httpx.Client, socket: ClientConnection
) -> None:
    task = create_task(own_api)

    def rename(worker: int) -> None:
        with service.client(account.token) as client:
            for number in range(10):
                title = f"{worker} {number}"
                client.patch(f"/api/v1/tasks/{task['id']}", json={"title": title})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(rename, range(6)))
    last = {"type": "task.updated", "task": read_task(own_api, task)}
    events = [receive(socket)]
    while events[-1] != last:
        events.append(receive(socket))
    assert_silent(socket)
    # What has been overtaken is not told; nothing is told twice.
    changed = [event["task"]["updated_at"] for event in events]
    assert changed == sorted(set(changed))


FIRST_MESSAGES: dict[str, str | bytes] = {
    "empty": "",
    "no JSON": "token",
    "bytes": b"\xff\x00",
    "a list": "[]",
    "null": "null",
    "a number": "1",
    "no token": "{}",
    "another field": '{"token": "x"}',
    "an unknown token": '{"access_token": "unknown"}',
    "an empty token": '{"access_token": ""}',
    "a number for a token": '{"access_token": 1}',
    "null for a token": '{"access_token": null}',
    "a list for a token": '{"access_token": ["x"]}',
    "NUL": '{"access_token": "a\\u0000"}',
    "a lone surrogate": '{"access_token": "\\ud800"}',
    "NaN": '{"access_token": NaN}',
    "60,000 lists": "[" * 60_000,
    "5000 digits": '{"access_token": %s}' % ("9" * 5000),
}


@pytest.mark.parametrize("message", FIRST_MESSAGES.values(), ids=FIRST_MESSAGES.keys())
def test_a_bad_first_message_closes_the_socket(service: Service, message: str | bytes) -> None:
    with open_socket(service) as socket:
        socket.send(message)
        assert close_code(socket) == 4401


def test_a_revoked_token_opens_nothing(service: Service, client: httpx.Client) -> None:
    token = sign_up(client).token
    client.delete("/api/v1/tokens/current", headers=bearer(token))
    with open_socket(service) as socket:
        socket.send(json.dumps({"access_token": token}))
        assert close_code(socket) == 4401


@pytest.mark.parametrize(
    "message", ["again", b"bytes", "x" * 60_000], ids=["text", "bytes", "60 kB"]
)
def test_later_messages_are_no_error_of_the_service(
    service: Service,
    account: Account,
    socket: ClientConnection,
    own_api: httpx.Client,
    message: str | bytes,
) -> None:
    before = len(service.printed())
    socket.send(message)
    create_task(own_api)
    # Whether they are ignored or end the connection, another socket is served as ever.
    with subscribed(service, account.token) as other:
        task = create_task(own_api)
        assert receive(other) == {"type": "task.created", "task": task}
    assert "Traceback" not in service.printed()[before:]


def test_plain_http_is_told_that_there_is_nothing_for_it(client: httpx.Client) -> None:
    response = client.get(EVENTS)
    assert_problem(response, 426)
    assert response.headers["Upgrade"] == "websocket"


def test_a_client_that_leaves_before_it_signs_in_is_no_error(service: Service) -> None:
    said_before = len(service.log())
    with open_socket(service):
        pass
    with service.client() as client:
        assert client.get("/livez").status_code == 200
    assert not [line for line in service.log()[said_before:] if line.get("level") == "error"]


# The request for a WebSocket, from a client that can read another answer too.
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_a_handshake_is_logged_as_any_request(service: Service) -> None:
    identity = "of-a-handshake"
    with open_socket(service, {"X-Request-ID": identity}):
        pass

    def is_logged() -> bool:
        of_it = [line for line in service.log() if line.get("request_id") == identity]
        return (101, EVENTS) in [(line.get("status"), line.get("route")) for line in of_it]

    eventually(is_logged, "it is logged")


def handshake(other: dict[str, str]) -> bytes:
    headers = {"Host": "localhost", **HANDSHAKE, **other}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {EVENTS} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


@pytest.mark.parametrize("name", ["Cookie", "X-Name"])
def test_what_is_not_ascii_in_another_header_is_no_matter(service: Service, name: str) -> None:
    with service.socket() as connection:
        connection.sendall(handshake({name: "a=\xe9"}))
        assert connection.recv(64).startswith(b"HTTP/1.1 101 ")


def test_a_handshake_of_another_version_is_refused(service: Service) -> None:
    with service.socket() as connection:
        connection.sendall(handshake({"Sec-WebSocket-Version": "12"}))
        refused = read_response(connection)
    assert refused is not None
    # 400 where the server refuses it, before the service has seen it.
    assert refused.status_code in {400, 426}
    if refused.status_code == 426:
        assert_problem(refused, 426)
        assert refused.headers["Sec-WebSocket-Version"] == "13"


def test_a_handshake_with_an_unknown_path_is_answered_with_a_problem(client: httpx.Client) -> None:
    assert_problem(client.get(f"{EVENTS}/unknown", headers=HANDSHAKE), 404)


def test_a_handshake_with_another_host_is_answered_with_a_problem(
    configured_service: Service,
) -> None:
    with configured_service.client() as client:
        refused = client.get(EVENTS, headers={**HANDSHAKE, "Host": "other.example"})
        assert_problem(refused, 400)

"""Live events for those who take too long: to sign in, to read, or to leave."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter

import httpx
import pytest
from websockets.frames import Opcode
from websockets.sync.client import ClientConnection, connect

from .client import Account, bearer, sign_up
from .service import Service, no_error_logged
from .sockets import Unanswering, close_code, open_socket, receive, sign_in_to, subscribed
from .tasks import create_task

pytestmark = [pytest.mark.part("events"), pytest.mark.part("tasks")]

REVOCATION_SECONDS = 30
PING_SECONDS = 25
FIRST_MESSAGE_SECONDS = 10
# Enough to fill the buffers of a connection that is not read, and the service's queue.
EVENTS = 600


class Waiting:
    """A socket that the service has to close within some seconds."""

    def __init__(self, connection: ClientConnection, seconds: float) -> None:
        self._connection = connection
        # Two more for a busy machine.
        self._end = perf_counter() + seconds + 2

    def close_code(self) -> int | None:
        return close_code(self._connection, within=self._end - perf_counter())


@pytest.fixture(scope="module")
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module", autouse=True)
def unanswering(service: Service, opened: ExitStack) -> Unanswering:
    """A client that has heard of nothing since it was ready."""
    made = Unanswering(service, opened.enter_context(service.socket()))
    with service.client() as client:
        made.sign_in(sign_up(client).token)
    return made


@pytest.fixture(scope="module", autouse=True)
def waiting(service: Service, opened: ExitStack) -> dict[str, Waiting]:
    """Sockets that are to be closed in a while: this module's other tests run meanwhile."""
    silent = opened.enter_context(open_socket(service))
    with service.client() as client:
        account, deleted = sign_up(client), sign_up(client)
        sockets = {
            "revoked": opened.enter_context(subscribed(service, account.token)),
            "deleted": opened.enter_context(subscribed(service, deleted.token)),
        }
        client.delete("/api/v1/tokens/current", headers=bearer(account.token))
        password = {"password": deleted.password}
        client.request("DELETE", "/api/v1/users/me", json=password, headers=bearer(deleted.token))
    waiting = {name: Waiting(each, REVOCATION_SECONDS) for name, each in sockets.items()}
    return {"silent": Waiting(silent, FIRST_MESSAGE_SECONDS), **waiting}


@contextmanager
def deaf_socket(service: Service, token: str) -> Iterator[ClientConnection]:
    """A ready socket with small buffers, which reads on only as far as somebody asks it."""
    url = f"ws://127.0.0.1:{service.port}/api/v1/events"
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # The sender's buffer grows with the size of segments, which are of 64 KiB on loopback.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        plain.connect(("127.0.0.1", service.port))
        with connect(
            url, sock=plain, proxy=None, max_queue=1, ping_interval=None, close_timeout=2
        ) as connection:
            sign_in_to(connection, token)
            yield connection


# With one process both are served by that one.
@pytest.mark.sqlite
def test_a_client_that_does_not_read_is_dropped_and_holds_up_nobody(
    service: Service, account: Account, own_api: httpx.Client
) -> None:
    with (
        deaf_socket(service, account.token) as deaf,
        subscribed(service, account.token) as attentive,
    ):
        for number in range(EVENTS):
            task = create_task(own_api, f"{number} ".ljust(200, "🌱"))
            assert receive(attentive, within=5)["task"] == task
        # The close frame may not get through either.
        assert close_code(deaf) in {1013, None}
        task = create_task(own_api, "after")
        assert receive(attentive)["task"] == task


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("message", ["x" * 65_537, b"x" * 65_537], ids=["text", "bytes"])
def test_a_message_of_more_than_64_kibibytes_closes_the_socket(
    service: Service, account: Account, message: str | bytes, is_signed_in: bool
) -> None:
    with no_error_logged(service), open_socket(service) as connection:
        if is_signed_in:
            sign_in_to(connection, account.token)
        connection.send(message)
        assert close_code(connection) == 1009


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["before", "after"])
def test_text_that_is_not_utf_8_closes_the_socket(
    service: Service, account: Account, is_signed_in: bool
) -> None:
    with no_error_logged(service), open_socket(service) as connection:
        if is_signed_in:
            sign_in_to(connection, account.token)
        connection.send(b'{"access_token": "\xff"}', text=True)
        # Tornado hangs up without a word.
        assert close_code(connection) in {1007, None}


def test_a_client_that_says_nothing_is_dropped_after_10_seconds(
    waiting: dict[str, Waiting],
) -> None:
    assert waiting["silent"].close_code() == 4401


def test_a_client_is_pinged_before_a_proxy_takes_its_socket_for_dead(
    unanswering: Unanswering,
) -> None:
    frame = unanswering.next_frame(within=PING_SECONDS + 5)
    # Some servers have no pings: there the service says something.
    assert frame.opcode is Opcode.PING or json.loads(bytes(frame.data)) == {"type": "ping"}


def test_a_revoked_token_closes_its_sockets_within_30_seconds(
    waiting: dict[str, Waiting],
) -> None:
    assert waiting["revoked"].close_code() == 4401


def test_a_deleted_account_closes_its_sockets_within_30_seconds(
    waiting: dict[str, Waiting],
) -> None:
    assert waiting["deleted"].close_code() == 4401

"""Bodies over MAX_BODY_BYTES, declared or in chunks."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from .client import sign_up
from .configured import MAX_BODY_BYTES
from .problems import assert_problem
from .processes import resident_memory
from .resource import Resource
from .service import Service
from .tasks import create_task
from .wire import GONE, read_response

MEBIBYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}
HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def in_chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 16384):
        yield body[start : start + 16384]


def declared(body: bytes) -> bytes:
    return body


@pytest.fixture(scope="module")
def strict_api(configured_service: Service) -> Iterator[httpx.Client]:
    with configured_service.client() as client:
        token = sign_up(client).token
    with configured_service.client(token) as client:
        yield client


Sent = Callable[[bytes], bytes | Iterator[bytes]]
SENT = pytest.mark.parametrize("sent", [declared, in_chunks], ids=["declared", "in chunks"])


@SENT
def test_a_mebibyte_is_accepted_by_default(
    api: httpx.Client, resource: Resource, sent: Sent
) -> None:
    response = api.post(resource.path, content=sent(resource.body(MEBIBYTE)), headers=JSON)
    assert response.status_code == 201


@SENT
def test_more_than_a_mebibyte_is_refused_by_default(
    api: httpx.Client, resource: Resource, sent: Sent
) -> None:
    response = api.post(resource.path, content=sent(resource.body(MEBIBYTE + 1)), headers=JSON)
    assert_problem(response, 413)


@SENT
def test_a_body_of_the_limit_is_accepted(
    strict_api: httpx.Client, resource: Resource, sent: Sent
) -> None:
    content = sent(resource.body(MAX_BODY_BYTES))
    assert strict_api.post(resource.path, content=content, headers=JSON).status_code == 201


@SENT
@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 100_000])
@pytest.mark.parametrize("path", ["{resource}", "/api/v1/users", "/api/v1/tokens"])
def test_a_body_over_the_limit_is_refused(
    strict_api: httpx.Client, resource: Resource, path: str, size: int, sent: Sent
) -> None:
    content = sent(resource.body(size))
    assert_problem(strict_api.post(resource.at(path), content=content, headers=JSON), 413)


@SENT
@pytest.mark.part("tasks")
def test_a_patch_over_the_limit_is_refused(strict_api: httpx.Client, sent: Sent) -> None:
    path = f"/api/v1/tasks/{create_task(strict_api)['id']}"
    content = sent(b'{"title": "x"}'.ljust(MAX_BODY_BYTES + 1))
    assert_problem(strict_api.patch(path, content=content, headers=JSON), 413)


def test_one_large_chunk_is_refused(strict_api: httpx.Client, resource: Resource) -> None:
    content = iter([resource.body(500_000)])
    assert_problem(strict_api.post(resource.path, content=content, headers=JSON), 413)


def test_a_body_without_a_token_is_refused_either_way(
    configured_service: Service, resource: Resource
) -> None:
    with configured_service.client() as client:
        response = client.post(resource.path, content=resource.body(100_000), headers=JSON)
    assert response.status_code in {401, 413}
    assert_problem(response, response.status_code)


def post_by_hand(api: httpx.Client, path: str, framing: bytes) -> socket.socket:
    """A connection on which the head of a request has been sent."""
    connection = socket.create_connection((api.base_url.host, api.base_url.port), timeout=10)
    authorization = b"Authorization: %s\r\n" % api.headers["Authorization"].encode()
    connection.sendall(HEAD % path.encode() + authorization + framing + b"\r\n\r\n")
    return connection


def test_64_mebibytes_in_chunks_are_never_held_in_memory(
    configured_service: Service, strict_api: httpx.Client, resource: Resource
) -> None:
    leader = configured_service.leader
    before = peak = resident_memory(leader)
    chunk = b"%x\r\n%s\r\n" % (MEBIBYTE, b" " * MEBIBYTE)
    with post_by_hand(strict_api, resource.path, b"Transfer-Encoding: chunked") as connection:
        with suppress(*GONE):
            for _ in range(64):
                connection.sendall(chunk)
                peak = max(peak, resident_memory(leader))
        response = read_response(connection)
    assert peak - before < 24 * MEBIBYTE
    # A client that goes on sending may find the connection closed, and the answer gone with it.
    assert response is None or response.status_code == 413


def test_a_declared_gibibyte_is_refused_before_it_is_sent(
    strict_api: httpx.Client, resource: Resource
) -> None:
    length = b"Content-Length: %d" % (1024 * MEBIBYTE)
    with post_by_hand(strict_api, resource.path, length) as connection:
        connection.sendall(b" " * 2000)
        response = read_response(connection)
    assert response is not None
    assert_problem(response, 413)


def test_a_client_that_goes_on_sending_still_gets_the_answer(
    strict_api: httpx.Client, resource: Resource
) -> None:
    with post_by_hand(strict_api, resource.path, b"Transfer-Encoding: chunked") as connection:
        for _ in range(40):
            connection.sendall(b"4000\r\n%s\r\n" % (b" " * 0x4000))
            time.sleep(0.002)
        connection.sendall(b"0\r\n\r\n")
        response = read_response(connection)
    assert response is not None
    assert_problem(response, 413)


def test_a_chunked_body_is_refused_before_it_ends(
    strict_api: httpx.Client, resource: Resource
) -> None:
    with post_by_hand(strict_api, resource.path, b"Transfer-Encoding: chunked") as connection:
        connection.sendall(b"7d0\r\n%s\r\n" % (b" " * 2000))
        response = read_response(connection)
    assert response is not None
    assert_problem(response, 413)

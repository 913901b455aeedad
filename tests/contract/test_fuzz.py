"""What hypothesis makes of HTTP and WebSockets: it may be refused in any way, and is no error."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .service import Service, no_error_logged
from .wire import exchange, receive

ANY = st.binary(max_size=20)


def mostly(usual: list[bytes], rest: SearchStrategy[bytes] = ANY) -> SearchStrategy[bytes]:
    """One of some usual values, or now and then another one."""
    return st.sampled_from(usual * 3) | rest


END = mostly([b"\r\n"], st.sampled_from([b"\n", b"\r", b"", b"\r\n\r\n", b"\0\r\n"]))
START = st.tuples(
    mostly([b"GET", b"POST", b"PATCH", b"HEAD", b"OPTIONS", b"DELETE", b"get", b"CONNECT"]),
    st.just(b" "),
    mostly(
        [
            *(b"/", b"/livez", b"/api/v1/users", b"/api/v1/tokens", b"/api/v1/users/me", b"*"),
            *(b"/docs", b"/openapi.json", b"/%00", b"/%ff?%ff", b"http://localhost/livez"),
            *(b"/api/v1/tasks?limit=%C3&cursor=", b"//", b"/a/../b", b"/api/v1/events"),
        ]
    ),
    st.just(b" "),
    mostly([b"HTTP/1.1", b"HTTP/1.0"], st.sampled_from([b"HTTP/2.0", b"HTTP/1.1 x", b""])),
    END,
).map(b"".join)
NAME = mostly(
    [
        *(b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"Connection", b"Expect"),
        *(b"Upgrade", b"Authorization", b"X-Request-ID", b"X-Forwarded-For", b"Cookie", b"Origin"),
        *(b"Accept", b"Accept-Encoding", b"Sec-WebSocket-Version", b"Sec-WebSocket-Key", b"Host"),
    ]
)
VALUE = mostly(
    [
        *(b"application/json", b"2", b"0", b"chunked", b"close", b"keep-alive", b"100-continue"),
        *(b"websocket", b"Bearer x", b"localhost", b"127.0.0.1", b"13", b"a=b; c", b"gzip, br;q=0"),
        b"dGhlIHNhbXBsZSBub25jZQ==",
    ]
)
HEADER = st.tuples(NAME, mostly([b": ", b":"], st.sampled_from([b" : ", b""])), VALUE, END)
CHUNK = st.tuples(mostly([b"2", b"0", b"ff", b"2;a=b", b"-1"]), END, mostly([b"{}", b""]), END)
REQUEST = st.tuples(
    START,
    mostly([b"Host: localhost\r\n"], st.just(b"")),
    st.lists(HEADER.map(b"".join), max_size=6).map(b"".join),
    END,
    st.lists(CHUNK.map(b"".join), max_size=3).map(b"".join) | mostly([b"{}", b""]),
).map(b"".join)

HANDSHAKE = (
    b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
BYTE = st.binary(min_size=1, max_size=1)
# With the bit that says that it is masked, as a client's has to be, and a mask of nothing.
LENGTHS = [b"\x80", b"\x82", b"\xfe\x00\x80", b"\xff" + bytes(7) + b"\x02", b"\xff" + b"\xff" * 8]
FRAME = st.tuples(
    mostly([b"\x81", b"\x82", b"\x88", b"\x89", b"\x8a", b"\x01", b"\x80"], BYTE),
    mostly(LENGTHS, BYTE),
    mostly([bytes(4)]),
    mostly([b"{}", b"\x03\xe8", b"\xff\xfe", b""]),
).map(b"".join)


@given(requests=st.lists(REQUEST, min_size=1, max_size=3))
def test_whatever_comes_as_http_is_no_error_of_the_service(
    service: Service, requests: list[bytes]
) -> None:
    with no_error_logged(service):
        answer = exchange(service, b"".join(requests), half_close=True, patience=5)
    statuses = {int(code) for code in re.findall(rb"(?m)^HTTP/1\.[01] (\d{3})", answer)}
    assert not {status for status in statuses if status >= 500} - {501, 505}


@pytest.mark.part("events")
@given(frames=st.lists(FRAME, min_size=1, max_size=5))
def test_whatever_comes_over_a_websocket_is_no_error_of_the_service(
    service: Service, frames: list[bytes]
) -> None:
    with no_error_logged(service), service.socket() as connection:
        connection.sendall(HANDSHAKE)
        assert connection.recv(65536).startswith(b"HTTP/1.1 101")
        connection.sendall(b"".join(frames))
        receive(connection, patience=0.2)

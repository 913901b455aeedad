"""What is hardly HTTP: it may be refused in any way, but is no error of the service."""

import re
import socket

import httpx
import pytest

from .service import Service
from .wire import exchange, parse, receive, request

KEPT = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"
GET = KEPT + b"Connection: close\r\n"
KEPT_POST = b"POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\n"
POST = KEPT_POST + b"Connection: close\r\n"
AS_JSON = b"Content-Type: application/json\r\n"

MALFORMED = {
    "nothing": b"",
    "empty lines": b"\r\n\r\n\r\n",
    "a word": b"nonsense\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(200),
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(50),
    "random bytes": bytes(range(256)) * 8,
    "only NUL": bytes(5000),
    "HTTP/0.9": b"GET /livez\r\n\r\n",
    "HTTP/1.0": b"GET /livez HTTP/1.0\r\n\r\n",
    "HTTP/1.2": b"GET /livez HTTP/1.2\r\nHost: localhost\r\n\r\n",
    "HTTP/3.0": b"GET /livez HTTP/3.0\r\nHost: localhost\r\n\r\n",
    "HTTP/one": b"GET /livez HTTP/one\r\nHost: localhost\r\n\r\n",
    "another protocol": b"GET /livez ICY/1.1\r\nHost: localhost\r\n\r\n",
    "no version": b"GET /livez \r\nHost: localhost\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no method": b" /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two spaces": b"GET  /livez  HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a space in the path": b"GET /li vez HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tabs": b"GET\t/livez\tHTTP/1.1\r\nHost: localhost\r\n\r\n",
    "line feeds": b"GET /livez HTTP/1.1\nHost: localhost\n\n",
    "carriage returns": b"GET /livez HTTP/1.1\rHost: localhost\r\r",
    "a method in lower case": request(b"/livez", method=b"get"),
    "a method of 10,000 letters": request(b"/livez", method=b"A" * 10_000),
    "a method of symbols": request(b"/livez", method=b"G@T"),
    "CONNECT": request(b"localhost:80", method=b"CONNECT"),
    "OPTIONS of all": request(b"*", method=b"OPTIONS"),
    "GET of all": request(b"*"),
    "an absolute target": request(b"http://example.org/livez"),
    "an absolute target without a path": request(b"http://example.org"),
    "an absolute target with a query alone": request(b"http://example.org?x"),
    "a target without a slash": request(b"livez"),
    "a target of 100,000 letters": request(b"/" + b"a" * 100_000),
    "NUL in the path": request(b"/a\0b"),
    "bytes in the path": request(b"/\xff\xfe"),
    "UTF-8 in the path": request("/ü".encode()),
    "no host": b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": GET + b"Host: example.org\r\n\r\n",
    "a host of symbols": b"GET /livez HTTP/1.1\r\nHost: \xff@:[\r\n\r\n",
    "a header without a colon": GET + b"nonsense\r\n\r\n",
    "a header without a name": GET + b": x\r\n\r\n",
    "a space before the colon": GET + b"X-A : x\r\n\r\n",
    "a folded header": GET + b"X-A: x\r\n y\r\n\r\n",
    "a header that starts folded": b"GET /livez HTTP/1.1\r\n X-A: x\r\nHost: localhost\r\n\r\n",
    "NUL in a header": GET + b"X-A: a\0b\r\n\r\n",
    "NUL in the request's id": GET + b"X-Request-ID: a\0b\r\n\r\n",
    "control characters in a header": GET + b"X-A: \x01\x1b\x7f\r\n\r\n",
    "a line feed in a header": GET + b"X-A: a\nX-B: b\r\n\r\n",
    "bytes in a header's name": GET + b"X-\xff: x\r\n\r\n",
    "a header of 200,000 letters": GET + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n",
    "5000 headers": GET + b"".join(b"X-%d: x\r\n" % n for n in range(5000)) + b"\r\n",
    "a negative length": POST + AS_JSON + b"Content-Length: -1\r\n\r\n{}",
    "a length in words": POST + AS_JSON + b"Content-Length: two\r\n\r\n{}",
    "a length with a sign": POST + AS_JSON + b"Content-Length: +2\r\n\r\n{}",
    "a length of 400 digits": POST + AS_JSON + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}",
    "a length of other digits": POST + AS_JSON + "Content-Length: ٢\r\n\r\n{}".encode(),
    "two lengths": POST + AS_JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
    "a length and chunks": POST
    + AS_JSON
    + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "an unknown coding": POST + AS_JSON + b"Transfer-Encoding: lzma\r\n\r\n{}",
    "chunked twice": POST
    + AS_JSON
    + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunked, then not": POST + AS_JSON + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a chunk of words": POST
    + AS_JSON
    + b"Transfer-Encoding: chunked\r\n\r\ntwo\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": POST + AS_JSON + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a huge chunk": POST + AS_JSON + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n{}",
    "a chunk that is too short": POST
    + AS_JSON
    + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}\r\n0\r\n\r\n",
    "a chunk's long extension": POST
    + AS_JSON
    + b"Transfer-Encoding: chunked\r\n\r\n2;"
    + b"a" * 100_000
    + b"\r\n{}\r\n0\r\n\r\n",
    "a trailer": POST
    + AS_JSON
    + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-A: x\r\n\r\n",
    "an end in the head": POST[:-10],
    "an end in the body": POST + AS_JSON + b"Content-Length: 100\r\n\r\n{",
    "an end in a chunk": POST + AS_JSON + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{",
    "an expectation": POST + AS_JSON + b"Expect: miracles\r\nContent-Length: 2\r\n\r\n{}",
    "an upgrade to HTTP/2": GET + b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    "an upgrade to nonsense": GET + b"Upgrade: nonsense\r\nConnection: upgrade\r\n\r\n",
    "a WebSocket without a key": GET + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    "an origin that is no URL": GET + b"Origin: http://[\r\n\r\n",
    "a WebSocket of an origin that is no URL": request(
        b"/api/v1/events",
        headers=b"Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://[\r\n",
    ),
    "a range": GET + b"Range: bytes=9-1,-,x\r\n\r\n",
    "a bad cookie": GET + b"Cookie: \xff=;;;=;\x01\r\n\r\n",
    "a bad coding to accept": GET + b"Accept-Encoding: ;q=,\xff\r\nAccept: */;q=x\r\n\r\n",
    "encoded words": GET + b"X-A: =?nonsense?q?a?=\r\nUser-Agent: =?utf-8?q?=ff?=\r\n\r\n",
    "a bad coding to accept for what can be compressed": request(
        b"/openapi.json", headers=b"Accept-Encoding: gzip;q=x\r\n"
    ),
    "a bad media type": POST + b"Content-Type: \xff/;;=\r\nContent-Length: 2\r\n\r\n{}",
    "a compressed body": POST + AS_JSON + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "an unknown charset": POST
    + b"Content-Type: application/json; charset=\xff\r\nContent-Length: 2\r\n\r\n{}",
    "a boundary that is none": POST
    + b"Content-Type: multipart/form-data\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_http_is_no_error_of_the_service(service: Service, data: bytes) -> None:
    answer = exchange(service, data, half_close=True, patience=5)
    statuses = {
        int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.MULTILINE)
    }
    assert not {status for status in statuses if status >= 500} - {501, 505}
    with service.client() as client:
        assert client.get("/livez").status_code == 200


def test_a_body_is_asked_for_with_100_continue(service: Service) -> None:
    head = POST + AS_JSON + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with service.socket() as connection:
        connection.sendall(head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert receive(connection).startswith(b"HTTP/1.1 422 ")


def test_requests_in_one_piece_are_answered_in_order(service: Service) -> None:
    pieces = [
        b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path
        for path in (b"livez", b"x", b"readyz")
    ]
    answer = exchange(service, b"".join(pieces) + GET + b"\r\n")
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]
    assert statuses == [200, 404, 200, 200]


def test_a_refused_body_is_not_taken_for_a_request(service: Service) -> None:
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    answer = exchange(service, head % len(smuggled) + smuggled + GET + b"\r\n")
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]
    assert statuses in ([404], [404, 200])
    assert not any("smuggled" in line.get("path", "") for line in service.log())


CODINGS = {
    "another coding first": b"Transfer-Encoding: identity, chunked\r\n",
    "another coding in a line of its own": b"Transfer-Encoding: gzip\r\n"
    b"Transfer-Encoding: chunked\r\n",
    "the same coding twice": b"Transfer-Encoding: chunked, chunked\r\n",
}


@pytest.mark.parametrize("coding", CODINGS.values(), ids=CODINGS.keys())
def test_a_body_is_sent_in_chunks_or_with_its_length_and_in_no_other_way(
    service: Service, coding: bytes
) -> None:
    body = b"\r\n2\r\n{}\r\n0\r\n\r\n"
    answer = parse(exchange(service, POST + AS_JSON + coding + body))
    assert answer is not None
    assert answer.status_code in {400, 501}


CHUNKED = KEPT_POST + AS_JSON + b"Transfer-Encoding: chunked\r\n\r\n"
AMBIGUOUS = {
    "a length and a space": KEPT_POST + AS_JSON + b"Content-Length : 2\r\n\r\n{}",
    "a length and a tab": KEPT_POST + AS_JSON + b"Content-Length\t: 2\r\n\r\n{}",
    "a length of other digits": KEPT_POST + AS_JSON + "Content-Length: ٢\r\n\r\n{}".encode(),
    "a space before the colon": KEPT + b"X-A : x\r\n\r\n",
    "NUL in a value": KEPT + b"X-A: a\0b\r\n\r\n",
    "a carriage return in a value": KEPT + b"X-A: a\rb\r\n\r\n",
    "no name": KEPT + b": x\r\n\r\n",
    "bytes in a name": KEPT + b"X-\xff: x\r\n\r\n",
    "a folded value": KEPT + b"X-A: x\r\n y: z\r\n\r\n",
    "a first line that is folded": b"GET /livez HTTP/1.1\r\n X-A: x\r\nHost: localhost\r\n\r\n",
    "a size as programs have it": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a size after a space": CHUNKED + b" 2\r\n{}\r\n0\r\n\r\n",
    "a size of other digits": CHUNKED + "٢\r\n{}\r\n0\r\n\r\n".encode(),
    "no size": CHUNKED + b"\r\n{}\r\n0\r\n\r\n",
    "a chunk that goes on after its end": CHUNKED + b"2\r\n{}}}\r\n0\r\n\r\n",
    "no field after the last chunk": CHUNKED + b"2\r\n{}\r\n0\r\nnonsense\r\n\r\n",
}


@pytest.mark.parametrize("data", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_request_whose_end_is_in_doubt_is_refused_and_ends_the_connection(
    service: Service, data: bytes
) -> None:
    # Another server, before this one, may have taken all of it for a single request.
    answer = exchange(service, data + GET + b"\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", answer) == [b"400"]


def test_what_may_stand_beside_chunks_is_passed_over(service: Service) -> None:
    body = b'2;a="b"\r\n{}\r\n0;c\r\nX-A: x\r\n\r\n'
    answer = exchange(service, CHUNKED + body + GET + b"\r\n")
    # Tornado can't read it.
    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", answer) in ([b"422", b"200"], [b"400"])


def test_before_there_were_chunks_a_body_is_not_sent_in_them(service: Service) -> None:
    head = POST.replace(b"HTTP/1.1", b"HTTP/1.0") + AS_JSON
    body = b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    answer = parse(exchange(service, head + body))
    assert answer is not None
    assert answer.status_code == 400


COOKIES = {
    "JSON": b'prefs={"theme":"dark"}; other=1',
    "symbols in a name": b"SM#/#x=1",
    "a name of an attribute": b"path=/; domain=x; expires=never",
    "a name without a value": b"a; b; c=1",
    "quotes": b'a="b; c="; d=\\"',
    "bytes": b"a=\xff\xfe; \xff=1",
    "a name that is taken": b"__proto__=1; session=x; csrftoken=x; _xsrf=2|x",
}


@pytest.mark.parametrize("cookie", COOKIES.values(), ids=COOKIES.keys())
@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/livez", 200), ("/nowhere", 404)])
def test_cookies_of_other_applications_change_nothing(
    client: httpx.Client, path: str, status: int, cookie: bytes
) -> None:
    assert client.get(path, headers={b"Cookie": cookie}).status_code == status


def test_a_client_that_hangs_up_at_once_does_no_harm(service: Service) -> None:
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(GET[:20])
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        assert client.get("/livez").status_code == 200

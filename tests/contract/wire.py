"""HTTP by hand, for what no client would send."""

import socket
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from io import BytesIO

import httpx

from .service import Service

GONE = (BrokenPipeError, ConnectionResetError)


def request(target: bytes, *, method: bytes = b"GET", headers: bytes = b"") -> bytes:
    """The bytes of a request after which the server closes the connection."""
    start = b"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" % (method, target)
    return start + headers + b"\r\n"


def exchange(
    service: Service, data: bytes, *, half_close: bool = False, patience: float = 10
) -> bytes:
    """Send the data; all that comes back until the other side closes or is silent for long."""
    with service.socket() as connection:
        # The other side may be gone before it has been told everything.
        with suppress(OSError):
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        return receive(connection, patience=patience)


def receive(connection: socket.socket, *, patience: float = 10) -> bytes:
    connection.settimeout(patience)
    received = b""
    with suppress(TimeoutError, *GONE):
        while data := connection.recv(65536):
            received += data
    return received


class _Received:
    """As much of a socket as `http.client` needs to parse what has been received."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._data)


def parse(data: bytes) -> httpx.Response | None:
    """The first response in the data, if there is a whole one in HTTP/1."""
    return read_response(_Received(data))


def read_response(connection: socket.socket | _Received) -> httpx.Response | None:
    """The next response, if a whole one comes."""
    response = HTTPResponse(connection)  # type: ignore[arg-type]  # it needs makefile() only
    try:
        response.begin()
        body = response.read()
    except (HTTPException, *GONE):
        return None
    finally:
        response.close()
    return httpx.Response(
        response.status,
        headers=response.getheaders(),
        content=body,
        request=httpx.Request("GET", "http://localhost/"),
    )

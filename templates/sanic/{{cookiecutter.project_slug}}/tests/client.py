"""Clients of an application, which they run in this process: Sanic's, and one by ASGI."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from sanic_testing.reusable import ReusableClient  # type: ignore[import-untyped]  # has no types

from {{ cookiecutter.__package_name }}.infrastructure.edge.protocol import (
    SocketProtocol,
)
from {{ cookiecutter.__package_name }}.services import App


class Client(ReusableClient):  # type: ignore[misc]  # has no types
    """Each of its methods returns the request, None here, and the response.

    headers: what each request carries, unless it says otherwise.
    """

    def __init__(self, app: App, runner: asyncio.Runner) -> None:
        # Makes handling faster and starting slower, which counts here.
        app.config.TOUCHUP = False
        app.config.MOTD = False
        listener = socket.create_server(("127.0.0.1", 0))
        super().__init__(
            app,
            port=listener.getsockname()[1],
            loop=runner.get_loop(),
            server_kwargs={"sock": listener, "protocol": SocketProtocol},
            client_kwargs={"auth": self._add_headers, "trust_env": False},
        )
        self.headers: dict[str, str] = {}
        self.url = f"http://{self.host}:{self.port}"

    def _add_headers(self, request: httpx.Request) -> httpx.Request:
        for name, value in self.headers.items():
            request.headers.setdefault(name, value)
        return request


@asynccontextmanager
async def asgi_client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client that runs the application as an ASGI server does, such as one for HTTP/2."""
    received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    lifespan = asyncio.create_task(app({"type": "lifespan"}, received.get, sent.put))
    received.put_nowait({"type": "lifespan.startup"})
    assert await sent.get() == {"type": "lifespan.startup.complete"}
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
    async with client, asyncio.timeout(10):
        yield client
    received.put_nowait({"type": "lifespan.shutdown"})
    await lifespan

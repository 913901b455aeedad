"""Sanic's client of an application, which it runs in this process."""

import asyncio
import socket

import httpx
from sanic.application.constants import ServerStage
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
        # As a server says it: before, Sanic has no `app.loop`, which `app.add_task` needs.
        for server in app.state.server_info:
            server.stage = ServerStage.SERVING
        self.headers: dict[str, str] = {}
        self.url = f"http://{self.host}:{self.port}"

    def _add_headers(self, request: httpx.Request) -> httpx.Request:
        for name, value in self.headers.items():
            request.headers.setdefault(name, value)
        return request

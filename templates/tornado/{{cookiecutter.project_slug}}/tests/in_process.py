"""The application in the process of the tests, on Tornado's server, with Tornado's client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from contract.project import PACKAGE
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

web = import_module(f"{PACKAGE}.web.app")
migrate = import_module(f"{PACKAGE}.migrate")
Settings = import_module(f"{PACKAGE}.web").Settings


def make_app(folder: Path, **settings: Any) -> Any:
    """An application with a database of its own."""
    url = f"sqlite:///{folder / 'test.sqlite3'}"
    migrate.upgrade(url)
    given = {"app_env": "test", "database_url": url, "log_format": "json", **settings}
    return web.create_app(Settings(**given))


class Served:
    """An application that is served: on `port`, and for `fetch`."""

    def __init__(self, port: int, client: AsyncHTTPClient) -> None:
        self.port = port
        self._client = client

    async def fetch(self, path: str, **options: Any) -> HTTPResponse:
        """Send a request; an answer with an error is an answer."""
        url = f"http://127.0.0.1:{self.port}{path}"
        return await self._client.fetch(url, raise_error=False, **options)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[Served]:
    """Serve an application for a while."""
    listening, port = bind_unused_port()
    server = HTTPServer(app)
    server.add_socket(listening)
    client = AsyncHTTPClient(force_instance=True)
    try:
        async with app.running():
            yield Served(port, client)
    finally:
        client.close()
        server.stop()
        await server.close_all_connections()

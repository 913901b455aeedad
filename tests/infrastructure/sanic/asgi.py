"""An application under an ASGI server, which Sanic offers beside its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from task_service.services import App


@asynccontextmanager
async def asgi_client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client that runs the application as such a server does."""
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

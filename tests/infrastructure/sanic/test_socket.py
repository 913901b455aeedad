"""A socket of live events, as Sanic has it."""

import asyncio

import pytest
from sanic.exceptions import WebsocketClosed
from websockets.exceptions import ConnectionClosedOK

from task_service.infrastructure.events.conversation import (
    Left,
)
from task_service.infrastructure.events.socket import Socket


class GoneWebSocket:
    """A WebSocket whose client has gone, in the words of the server that runs the application."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    async def recv(self) -> None:
        if self._error:
            raise self._error

    async def send(self, _message: str) -> None:
        await self.recv()


@pytest.mark.parametrize(
    "error", [WebsocketClosed(), ConnectionClosedOK(None, None)], ids=lambda error: type(error)
)
def test_a_client_that_has_gone_is_no_error(error: Exception) -> None:
    async def talk() -> None:
        socket = Socket(GoneWebSocket(error))  # type: ignore[arg-type]  # all that it needs
        with pytest.raises(Left):
            await socket.receive()
        with pytest.raises(Left):
            await socket.send("text")

    asyncio.run(talk())


def test_a_client_of_an_asgi_server_may_have_gone_too() -> None:
    socket = Socket(GoneWebSocket(None))  # type: ignore[arg-type]  # all that it needs
    with pytest.raises(Left):
        asyncio.run(socket.receive())


class HangingWebSocket:
    """A WebSocket whose client takes nothing, so that nothing can be said to it."""

    def __init__(self) -> None:
        self.failed: list[int] = []

    async def close(self, _code: int) -> None:
        await asyncio.sleep(10)

    def fail_connection(self, code: int) -> None:
        self.failed.append(code)


def test_a_client_that_can_not_be_told_why_is_given_up() -> None:
    websocket = HangingWebSocket()

    async def close() -> None:
        async with asyncio.timeout(0.01):
            await Socket(websocket).close(1013)  # type: ignore[arg-type]  # all it needs

    with pytest.raises(TimeoutError):
        asyncio.run(close())
    assert websocket.failed == [1013]

"""A socket of live events, as FastAPI has it."""

import asyncio

import pytest
from fastapi import WebSocketDisconnect
from fastapi.testclient import TestClient

from task_service.infrastructure.events.conversation import (
    Left,
)
from task_service.infrastructure.events.socket import Socket


def test_a_client_that_says_what_can_not_be_read_hears_why(client: TestClient) -> None:
    with client.websocket_connect("/api/v1/events") as socket:
        # So does granian tell of it.
        socket.close(code=1005)
        assert socket.receive()["code"] == 1007


class GoneWebSocket:
    """A WebSocket whose client has gone, which the server has not said yet."""

    async def send_text(self, _text: str) -> None:
        raise WebSocketDisconnect

    async def close(self, _code: int) -> None:
        raise RuntimeError("Cannot call send once a close message has been sent.")


def test_a_client_that_has_gone_is_no_error() -> None:
    async def talk() -> None:
        socket = Socket(GoneWebSocket())  # type: ignore[arg-type]  # all that it needs
        with pytest.raises(Left):
            await socket.send("text")
        with pytest.raises(Left):
            await socket.close(1001)

    asyncio.run(talk())

"""Live events over a WebSocket."""

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from .. import accounts
from ..errors import Unauthorized, Unavailable
from ..events import Subscription
from ..schemas import SocketSignIn
from .services import Services, ServicesDep

SIGN_IN_SECONDS = 10
RECHECK_SECONDS = 10
CLOSE_SECONDS = 1
GOING_AWAY, TRY_AGAIN_LATER, UNAUTHORIZED = 1001, 1013, 4401

router = APIRouter()


class _Closed(Exception):
    """The socket is to be closed with a code, or is closed already (None)."""

    def __init__(self, code: int | None) -> None:
        self.code = code


@router.websocket("/api/v1/events")
async def stream_events(websocket: WebSocket, services: ServicesDep) -> None:
    """Sign in by the first message, then hear what happens to one's tasks."""
    await websocket.accept()
    code: int | None = None
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_close_on(services.hub.stopping, GOING_AWAY))
            group.create_task(_converse(websocket, services, group))
    except* _Closed as reasons:
        code = _code(reasons)
    if code is not None:
        # To a client that does not read, not even this can be said.
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await websocket.close(code)


def _code(reasons: BaseExceptionGroup[_Closed]) -> int | None:
    reason = reasons.exceptions[0]
    assert isinstance(reason, _Closed)
    return reason.code


async def _converse(websocket: WebSocket, services: Services, group: asyncio.TaskGroup) -> None:
    token = await _access_token(websocket)
    try:
        caller = await accounts.identify(services.database, token)
        async with services.hub.subscribe(caller.id) as subscription:
            group.create_task(_receive(websocket))
            group.create_task(_recheck(services, token))
            group.create_task(_close_on(subscription.overflowed, TRY_AGAIN_LATER))
            await _send(websocket, subscription)
    except Unauthorized:
        raise _Closed(UNAUTHORIZED) from None
    except (TimeoutError, Unavailable):
        raise _Closed(TRY_AGAIN_LATER) from None


async def _access_token(websocket: WebSocket) -> str:
    try:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise _Closed(None)
        said = SocketSignIn.model_validate_json(message.get("text") or message.get("bytes") or b"")
    except (TimeoutError, ValidationError):
        raise _Closed(UNAUTHORIZED) from None
    return said.access_token


async def _send(websocket: WebSocket, subscription: Subscription) -> None:
    try:
        await websocket.send_json({"type": "ready"})
        while True:
            await websocket.send_text(await subscription.next())
    except (WebSocketDisconnect, RuntimeError):
        raise _Closed(None) from None


async def _receive(websocket: WebSocket) -> None:
    # What a client says after its first message means nothing, but must be taken from the socket.
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
    raise _Closed(None)


async def _recheck(services: Services, token: str) -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        with contextlib.suppress(Unavailable):
            try:
                await accounts.identify(services.database, token)
            except Unauthorized:
                raise _Closed(UNAUTHORIZED) from None


async def _close_on(event: asyncio.Event, code: int) -> None:
    await event.wait()
    raise _Closed(code)

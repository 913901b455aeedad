"""Live events over a WebSocket."""

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from .. import accounts
from ..accounts import Caller
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
    try:
        token, caller = await _sign_in(websocket, services)
        async with services.hub.subscribe(caller.id) as subscription:
            await websocket.send_json({"type": "ready"})
            await _serve(websocket, services, token, subscription)
    except _Closed as closed:
        code = closed.code
    except (TimeoutError, Unavailable):
        code = TRY_AGAIN_LATER
    if code is not None:
        # To a client that does not read, not even this can be said.
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await websocket.close(code)


async def _sign_in(websocket: WebSocket, services: Services) -> tuple[str, Caller]:
    try:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise _Closed(None)
        said = SocketSignIn.model_validate_json(message.get("text") or message.get("bytes") or b"")
        return said.access_token, await accounts.identify(services.database, said.access_token)
    except (TimeoutError, ValidationError, Unauthorized):
        raise _Closed(UNAUTHORIZED) from None


async def _serve(
    websocket: WebSocket, services: Services, token: str, subscription: Subscription
) -> None:
    """Run until one of the reasons to close the socket is there; raises _Closed."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_send(websocket, subscription))
            group.create_task(_receive(websocket))
            group.create_task(_recheck(services, token))
            group.create_task(_close_on(subscription.overflowed, TRY_AGAIN_LATER))
            group.create_task(_close_on(services.hub.stopping, GOING_AWAY))
    except* _Closed as reasons:
        raise _first(reasons) from None


def _first(reasons: BaseExceptionGroup[_Closed]) -> _Closed:
    reason = reasons.exceptions[0]
    assert isinstance(reason, _Closed)
    return reason


async def _send(websocket: WebSocket, subscription: Subscription) -> None:
    try:
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
        try:
            await accounts.identify(services.database, token)
        except Unauthorized:
            raise _Closed(UNAUTHORIZED) from None
        except Unavailable:
            continue


async def _close_on(event: asyncio.Event, code: int) -> None:
    await event.wait()
    raise _Closed(code)

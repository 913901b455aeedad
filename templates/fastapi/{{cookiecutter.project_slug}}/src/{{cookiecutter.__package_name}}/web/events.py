"""Live events over a WebSocket."""

from fastapi import APIRouter, HTTPException, WebSocket

from ..infrastructure.events.conversation import converse
from ..infrastructure.events.socket import Socket
from ..services import ServicesDep

router = APIRouter()


@router.websocket("/api/v1/events")
async def stream_events(websocket: WebSocket, services: ServicesDep) -> None:
    """Sign in by the first message, then hear what happens to what one owns."""
    await websocket.accept()
    # granian has no pings, and what is silent is closed by proxies.
    await converse(Socket(websocket), services.hub, pings=True)


@router.get("/api/v1/events", include_in_schema=False)
async def refuse_plain_http() -> None:
    """Tell who asks for no WebSocket that there is nothing else here."""
    raise HTTPException(426, headers={"Upgrade": "websocket", "Sec-WebSocket-Version": "13"})

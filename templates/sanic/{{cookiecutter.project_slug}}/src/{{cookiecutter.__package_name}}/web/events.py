"""Live events over a WebSocket."""

from sanic import Blueprint, Websocket

from ..infrastructure.edge.middleware import record
from ..infrastructure.events.conversation import converse
from ..infrastructure.events.socket import Socket
from ..services import Request

blueprint = Blueprint("events")


async def stream_events(request: Request, websocket: Websocket) -> None:
    """Sign in by the first message, then hear what happens to what one owns."""
    # What opens it is no answer that middleware sees.
    record(request, 101)
    await converse(Socket(websocket), request.app.ctx.hub)


blueprint.add_websocket_route(stream_events, "/api/v1/events")

"""Live events over a WebSocket."""

from ..infrastructure.api.application import route
from ..infrastructure.events.sockets import SocketHandler


class EventsHandler(SocketHandler):
    """What happens to what one owns: sign in by the first message, then listen."""

    def check_origin(self, origin: str) -> bool:
        """Let pages of any origin connect: no cookie is heeded, only the token in the message."""
        return True


RULES = [route("/api/v1/events", EventsHandler)]

"""The web layer, and how it is served."""

from typing import Any

from ..config import Settings

INTERFACE = "wsgi"
INTERFACE_OPTIONS: dict[str, Any] = {
    # Threads are started when they are needed, and end when they are not. A client that stalls in
    # the middle of a body holds one up.
    "blocking_threads": 64,
    "websockets": False,
}

__all__ = ["INTERFACE", "INTERFACE_OPTIONS", "Settings"]

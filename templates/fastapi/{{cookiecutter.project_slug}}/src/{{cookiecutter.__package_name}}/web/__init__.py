"""The web layer, and how it is served."""

from typing import Any

from ..config import Settings

INTERFACE = "asgi"
INTERFACE_OPTIONS: dict[str, Any] = {}

__all__ = ["INTERFACE", "INTERFACE_OPTIONS", "Settings"]

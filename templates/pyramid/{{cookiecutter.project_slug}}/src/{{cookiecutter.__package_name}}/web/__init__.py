"""The web layer, and how it is served."""

import warnings
from typing import Any

from ..signing import Settings

# Pyramid imports it, and knows: it asks for a setuptools that still has it.
warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)

INTERFACE = "wsgi"
INTERFACE_OPTIONS: dict[str, Any] = {
    # Threads are started when they are needed, and end when they are not. A client that stalls in
    # the middle of a body holds one up.
    "blocking_threads": 64,
    "websockets": False,
}

__all__ = ["INTERFACE", "INTERFACE_OPTIONS", "Settings"]

"""The web layer: Django's settings and URLs, the API, and how it is served."""

import os
from typing import Any

from ..signing import Settings

# For all that starts Django: the command line, servers, `manage.py`.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{__name__}.settings")

INTERFACE = "wsgi"
INTERFACE_OPTIONS: dict[str, Any] = {
    # Threads are started when they are needed, and end when they are not. A client that stalls in
    # the middle of a body holds one up.
    "blocking_threads": 64,
    "websockets": False,
}

__all__ = ["INTERFACE", "INTERFACE_OPTIONS", "Settings"]

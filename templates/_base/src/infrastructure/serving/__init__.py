"""The server: how it starts, and how it stops without losing a request."""

from collections.abc import Callable
from socket import socket
from typing import Any

# What answers requests in a process of its own: it takes connections from the socket, and calls the
# function once it has started, from when on it stops gently at a signal.
Work = Callable[[socket, Callable[[], None]], None]

# What does the jobs of the background until the process ends, in a thread of it.
Background = Callable[[Any], None]

# The folder that the workers of a service share while it runs. prometheus_client adds them up
# through it, and has given it the name.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

# How long a request may still take when its process has drained, 30 s, and what stopping takes
# besides; then the process is killed.
KILL_SECONDS = 38

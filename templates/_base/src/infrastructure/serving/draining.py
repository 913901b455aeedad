"""The time between "stop" and the end: clients are asked to leave before the door is shut.

First the service is not ready any more, and a load balancer has the time that the setting gives it
to send its clients elsewhere: who comes nevertheless is answered.

A server that is told to stop closes the connections on which it has no request, and a request that
has just been sent on one of them is lost. So it is told a moment later: until then each answer says
`Connection: close`, and no client sends another request on it. Then who waits at the door is
served; where the whole service stops, nobody comes to it any more.
"""

import ctypes
import selectors
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from socket import SOL_SOCKET, socket
from weakref import WeakSet

from ..settings import Settings

# What comes after the time of the setting: who has been asked to leave may come once more.
SECONDS = 0.5
# How long it may take until connections that wait are taken: all threads may be busy.
WAITING_SECONDS = 5
# How long a connection that has just been taken has for its first request.
TAKEN_SECONDS = 0.1
# Linux's name for setting a filter of packets.
_SO_ATTACH_FILTER = 26
# Such a filter, in `struct sock_filter`s: if the bit is set by which a packet asks for a new
# connection, in its 13th byte, nothing of it is let through, else all.
_NO_NEW_CONNECTIONS = b"".join(
    (
        struct.pack("HBBI", 0x30, 0, 0, 13),
        struct.pack("HBBI", 0x45, 0, 1, 0x02),
        struct.pack("HBBI", 0x06, 0, 0, 0),
        struct.pack("HBBI", 0x06, 0, 0, 0xFFFFFFFF),
    )
)


# When the time of the setting is over, by `time.monotonic()`, once the whole service has been told.
ends_at: float | None = None


class Draining:
    """Whether this process has been told to stop, and whether it will in a moment."""

    def __init__(self) -> None:
        self.begun = ends_at is not None
        self.over = False
        # Called then, from whatever thread, for what stays open on its own account.
        self.at_end: Callable[[], object] = lambda: None
        _existing.add(self)


_existing: WeakSet[Draining] = WeakSet()


def begin() -> None:
    """Have all applications of this process ask their clients to leave."""
    for draining in list(_existing):
        draining.begun = True


def end() -> None:
    """Have what is left open by their clients, as WebSockets are, be closed."""
    for draining in list(_existing):
        draining.over = True
        draining.at_end()


def seconds(settings: Settings) -> float:
    """How long to wait in between; nothing balances the load of development."""
    if ends_at is not None:
        return max(0, ends_at - time.monotonic())
    return 0 if settings.app_env == "development" else settings.drain_seconds


def await_taken(listening: socket) -> None:
    """Wait until those who have been let in are served.

    What still waits to be taken when the last process closes the socket is cut off, though the
    system has told the client that it is connected, and it may have sent a request.
    """
    end = time.monotonic() + WAITING_SECONDS
    with selectors.DefaultSelector() as waiting:
        waiting.register(listening, selectors.EVENT_READ)
        while waiting.select(timeout=0) and time.monotonic() < end:
            time.sleep(0.01)
    time.sleep(TAKEN_SECONDS)


def refuse(listening: socket) -> None:
    """Let nobody in any more, whichever process listens: only for a service that stops.

    Who asks for a connection asks again after a second, and is refused once the socket is closed.
    """
    if sys.platform != "linux":  # pragma: no cover  # elsewhere one may come in at the last moment
        return
    filter_ = ctypes.create_string_buffer(_NO_NEW_CONNECTIONS)
    program = struct.pack("HP", len(_NO_NEW_CONNECTIONS) // 8, ctypes.addressof(filter_))
    # Some sandboxes have no filters.
    with suppress(OSError):
        listening.setsockopt(SOL_SOCKET, _SO_ATTACH_FILTER, program)

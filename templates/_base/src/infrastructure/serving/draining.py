"""The time between "stop" and the end: clients are asked to leave before the door is shut.

A server that is told to stop closes the connections on which it has no request, and a request that
has just been sent on one of them is lost. So it is told a moment later: until then each answer says
`Connection: close`, and no client sends another request.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakSet

SECONDS = 0.5


class Draining:
    """Whether this process will stop in a moment."""

    def __init__(self) -> None:
        self.begun = False
        self._callbacks: list[Callable[[], object]] = []
        _existing.add(self)

    @contextmanager
    def telling(self, callback: Callable[[], object]) -> Iterator[None]:
        """Have a function called then, from whatever thread."""
        self._callbacks.append(callback)
        try:
            yield
        finally:
            self._callbacks.remove(callback)

    def begin(self) -> None:
        """Begin, if it has not begun yet."""
        if self.begun:
            return
        self.begun = True
        for callback in tuple(self._callbacks):
            callback()


_existing: WeakSet[Draining] = WeakSet()


def begin() -> None:
    """Have all applications of this process ask their clients to leave."""
    for draining in list(_existing):
        draining.begin()

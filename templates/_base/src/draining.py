"""The time between "stop" and the end: clients are asked to leave before the door is shut.

A server that is told to stop closes the connections on which it has no request, and a request that
has just been sent on one of them is lost. So the workers are told a moment earlier, by a signal of
their own; from then on each answer says `Connection: close`, and no client sends another request.
"""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

# On Windows, which has no such signal, nobody is asked to leave.
SIGNAL = None if sys.platform == "win32" else signal.SIGUSR2
SECONDS = 0.5
STOP = (signal.SIGINT, signal.SIGTERM)


def stay() -> None:
    """Let "stop" wait for the signal above in this process, a worker.

    A terminal, or systemd, tells all processes at once; the workers leave at their parent's word.
    """
    if SIGNAL is not None:  # pragma: no branch  # Windows has none
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)


class Draining:
    """Whether this process will stop in a moment."""

    def __init__(self) -> None:
        self.begun = False
        self._callbacks: list[Callable[[], object]] = []
        # Only the main thread can be told; a test may make the application in another one.
        if SIGNAL is not None and threading.current_thread() is threading.main_thread():
            signal.signal(SIGNAL, self._begin)

    def when_begun(self, callback: Callable[[], object]) -> None:
        """Have a function called then, between any two steps of the main thread."""
        self._callbacks.append(callback)

    def begin(self) -> None:
        """Have clients asked to leave from now on."""
        self.begun = True
        for callback in self._callbacks:
            callback()

    def _begin(self, number: int, _frame: FrameType | None) -> None:
        if self.begun:
            # The time is over: what `stay` has kept waiting comes now.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
            return
        main = threading.main_thread().ident
        again = threading.Timer(SECONDS, signal.pthread_kill, (main, number))
        again.daemon = True
        again.start()
        self.begin()

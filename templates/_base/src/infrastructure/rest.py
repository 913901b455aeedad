"""Whether what does not answer is left alone, so that not each request waits for it."""

import time


class Rest:
    """Goes on for so many seconds after each failure; when they are over, one tries for all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None

    def goes_on(self) -> bool:
        """Whether it does; once the time is over, it does for all but the first who asks."""
        if self._until is None:
            return False
        goes_on = time.monotonic() < self._until
        if not goes_on:
            self.begin()
        return goes_on

    def begin(self) -> None:
        """Leave it alone for a while: it has not answered."""
        self._until = time.monotonic() + self._seconds

    def end(self) -> None:
        """It has answered."""
        self._until = None

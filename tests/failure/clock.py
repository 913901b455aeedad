"""A clock that can be set, of one service only."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")
SIZE = 8


class Clock:
    """The time of day that processes see which are started with these settings."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._set(0)
        library = folder / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE], check=True)
        self.settings = {"LD_PRELOAD": str(library), "CLOCK": str(self._file)}

    @contextmanager
    def shifted(self, seconds: int) -> Iterator[None]:
        """Have it be wrong, and then right again."""
        self._set(seconds)
        try:
            yield
        finally:
            self._set(0)

    def _set(self, seconds: int) -> None:
        # In place: processes have it in memory.
        self._file.touch()
        with self._file.open("r+b") as file:
            file.write(seconds.to_bytes(SIZE, sys.byteorder, signed=True))

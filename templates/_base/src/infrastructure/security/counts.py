"""What has happened of late, counted by all workers of this machine together."""

import logging
import os
import sqlite3
import threading
import time
import weakref
from contextlib import closing

from limits import RateLimitItem

from ..serving import FOLDER_VARIABLE

_PREPARE = """
PRAGMA synchronous = OFF;
PRAGMA journal_mode = PERSIST;
CREATE TABLE IF NOT EXISTS happened (key TEXT, until REAL);
CREATE INDEX IF NOT EXISTS happened_by_key ON happened (key, until);
CREATE INDEX IF NOT EXISTS happened_by_time ON happened (until);
"""
# The oldest of as many as there is room for: when it is over, there is room again.
_FULL = """
SELECT until FROM happened WHERE key = :key AND until > :now
ORDER BY until DESC LIMIT 1 OFFSET :limit - 1
"""
# One statement: no other worker can come between.
_HIT = """
INSERT INTO happened SELECT :key, :until
WHERE (SELECT count(*) FROM happened WHERE key = :key AND until > :now) < :limit
RETURNING until
"""
_FORGET = "DELETE FROM happened WHERE until <= :now"

_log = logging.getLogger(__name__)


class LocalCounts:
    """A moving window like those of limits, in a file of SQLite, which outlives workers that die.

    limits has none that processes share without a server. It takes less than a millisecond, since
    nothing waits for a disk: the file ends with the service. A process that is alone has it in
    memory; and so has each what could not be written, as where the file is locked for too long.
    """

    def __init__(self) -> None:
        folder = os.environ.get(FOLDER_VARIABLE)
        self._file = folder and f"{folder}/happened.sqlite3"
        self._memory = _connect(":memory:")
        weakref.finalize(self, self._memory.close)
        self._lock = threading.Lock()

    def full_until(self, limit: RateLimitItem, key: str, *, hits: bool) -> float | None:
        """When there is room again within the limit, in seconds since 1970; None where there is.

        hits: whether one is counted then.
        """
        # Who is refused costs no more than a look.
        full = self._run(limit, key, _FULL)
        if hits and not full and not self._run(limit, key, _FORGET, _HIT):
            # Others have come between.
            full = self._run(limit, key, _FULL)
        return full[0][0] if full else None

    def _run(self, limit: RateLimitItem, key: str, *statements: str) -> list[tuple[float]]:
        """What the last of the statements gives."""
        now = time.time()
        values: dict[str, object] = {
            "key": limit.key_for(key),
            "now": now,
            "until": now + limit.get_expiry(),
            "limit": limit.amount,
        }
        with self._lock:
            if self._file:
                try:
                    with closing(_connect(self._file)) as connection:
                        return _execute(connection, statements, values)
                except sqlite3.Error as error:
                    cause = str(error)
                    _log.warning("an attempt is counted by one process", extra={"error": cause})
            return _execute(self._memory, statements, values)


def _connect(database: str) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=0.2, isolation_level=None, check_same_thread=False)


def _execute(
    connection: sqlite3.Connection, statements: tuple[str, ...], values: dict[str, object]
) -> list[tuple[float]]:
    connection.executescript(_PREPARE)
    return [connection.execute(each, values).fetchall() for each in statements][-1]

"""What has happened of late, counted by all workers of this machine together."""

import logging
import os
import sqlite3
import threading
import time
import weakref

from limits import RateLimitItem, WindowStats

from ..serving import FOLDER_VARIABLE

_TABLE = """
CREATE TABLE IF NOT EXISTS happened (key TEXT, until REAL);
CREATE INDEX IF NOT EXISTS happened_by_key ON happened (key, until);
CREATE INDEX IF NOT EXISTS happened_by_time ON happened (until);
"""
# One statement: no other worker can come between.
_HIT = """
INSERT INTO happened SELECT :key, :until
WHERE (SELECT count(*) FROM happened WHERE key = :key AND until > :now) < :limit
RETURNING until
"""
_WINDOW = "SELECT count(*), min(until) FROM happened WHERE key = :key AND until > :now"
_FORGET = "DELETE FROM happened WHERE until <= :now"

_MEMORY = ":memory:"

_log = logging.getLogger(__name__)


class LocalCounts:
    """A moving window like those of limits, in a file of SQLite, which outlives workers that die.

    limits has none that processes share without a server. It takes microseconds, since nothing
    waits for a disk: the file ends with the service. A process that is alone has it in memory, and
    so has one that can't use the file any more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        folder = os.environ.get(FOLDER_VARIABLE)
        try:
            self._connection = self._open(f"{folder}/happened.sqlite3" if folder else _MEMORY)
        except sqlite3.Error as error:
            self._connection = self._alone(error)

    def _open(self, database: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            database, timeout=0.2, isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, connection.close)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = PERSIST")
        connection.executescript(_TABLE)
        return connection

    def _alone(self, error: sqlite3.Error) -> sqlite3.Connection:
        # The folder has been cleared away, or the disk is full.
        _log.warning("attempts are counted in this process only", extra={"error": str(error)})
        return self._open(_MEMORY)

    async def hit(self, limit: RateLimitItem, key: str) -> bool:
        """Count one, if there is room within the limit; whether there was."""
        # Who is refused costs no more than a look.
        if not await self.test(limit, key):
            return False
        self._run(_FORGET, limit, key)
        return bool(self._run(_HIT, limit, key))

    async def test(self, limit: RateLimitItem, key: str) -> bool:
        """Whether there is room."""
        return (await self.get_window_stats(limit, key)).remaining > 0

    async def get_window_stats(self, limit: RateLimitItem, key: str) -> WindowStats:
        """How much room there is, and when there is more."""
        [(count, oldest)] = self._run(_WINDOW, limit, key)
        return WindowStats(oldest or time.time() + limit.get_expiry(), limit.amount - count)

    def _run(self, statement: str, limit: RateLimitItem, key: str) -> list[tuple[int, float]]:
        now = time.time()
        values = {
            "key": limit.key_for(key),
            "now": now,
            "until": now + limit.get_expiry(),
            "limit": limit.amount,
        }
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                self._connection = self._alone(error)
                return self._connection.execute(statement, values).fetchall()

"""What has happened of late, counted by all workers of this machine together."""

import os
import sqlite3
import threading
import time
import weakref
from pathlib import Path

from limits import RateLimitItem, WindowStats

from ..serving import FOLDER_VARIABLE

_TABLE = """
CREATE TABLE IF NOT EXISTS happened (key TEXT, at REAL);
CREATE INDEX IF NOT EXISTS happened_by_key ON happened (key, at);
CREATE INDEX IF NOT EXISTS happened_by_time ON happened (at);
"""
# One statement: no other worker can come between.
_HIT = """
INSERT INTO happened SELECT :key, :now
WHERE (SELECT count(*) FROM happened WHERE key = :key AND at > :start) < :limit
RETURNING at
"""
_WINDOW = "SELECT count(*), min(at) FROM happened WHERE key = :key AND at > :start"
_FORGET = "DELETE FROM happened WHERE at <= :start"


class LocalCounts:
    """A moving window like those of limits, in a file of SQLite, which outlives workers that die.

    limits has none that processes share without a server. It takes microseconds, since nothing
    waits for a disk: the file ends with the service. A process that is alone has it in memory.
    """

    def __init__(self) -> None:
        folder = os.environ.get(FOLDER_VARIABLE)
        self._connection = sqlite3.connect(
            Path(folder, "happened.sqlite3") if folder else ":memory:",
            timeout=1,
            isolation_level=None,
            check_same_thread=False,
        )
        weakref.finalize(self, self._connection.close)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = PERSIST")
        self._connection.executescript(_TABLE)
        self._lock = threading.Lock()

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
        return WindowStats((oldest or time.time()) + limit.get_expiry(), limit.amount - count)

    def _run(self, statement: str, limit: RateLimitItem, key: str) -> list[tuple[int, float]]:
        now = time.time()
        values = {
            "key": limit.key_for(key),
            "now": now,
            "start": now - limit.get_expiry(),
            "limit": limit.amount,
        }
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

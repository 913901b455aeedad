"""Whether the service can do its work."""

import asyncio

from ..database.access import Database

PATIENCE_SECONDS = 1.8


class Readiness:
    """Asks the dependencies, one question at a time, and never waits long for the answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._question: asyncio.Task[None] | None = None

    async def checks(self) -> dict[str, str]:
        """Each dependency with "ok" or "unavailable"."""
        if self._question is None or self._question.done():
            self._question = asyncio.create_task(self._database.ping())
        # Not wait_for(): a driver whose query is cancelled waits for the server once more.
        done, _ = await asyncio.wait({self._question}, timeout=PATIENCE_SECONDS)
        ok = bool(done) and self._question.exception() is None
        return {"database": "ok" if ok else "unavailable"}

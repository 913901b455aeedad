"""Whether the service can do its work."""

import asyncio

from ..database.access import Database
from ..serving.draining import Draining
from .checks import PATIENCE_SECONDS, Checks


class Readiness:
    """Asks the database, one question at a time however many ask, and never waits long for it."""

    def __init__(self, database: Database, draining: Draining) -> None:
        self._checks = Checks(database)
        self._draining = draining
        self._question: asyncio.Task[dict[str, str]] | None = None

    async def checks(self) -> dict[str, str]:
        """What the service depends on, each with "ok" or what it is instead."""
        if self._draining.begun:
            return {"service": "stopping"}
        # Another request may put a new question in its place while this one waits.
        question = self._question
        if question is None or question.done():
            question = self._question = asyncio.create_task(self._checks.ask())
        # Not wait_for(): a driver whose query is cancelled waits for the server once more.
        done, _ = await asyncio.wait({question}, timeout=PATIENCE_SECONDS)
        return question.result() if done else self._checks.told("unavailable")

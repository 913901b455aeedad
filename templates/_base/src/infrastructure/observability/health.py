"""Whether the service can do its work."""

import asyncio

import structlog

from ..database.access import Database
from ..database.patience import at_most
from ..errors import Unavailable
from ..serving.draining import Draining

PATIENCE_SECONDS = 1.8

_log = structlog.get_logger(__name__)


class Readiness:
    """Asks the database, one question at a time however many ask, and never waits long for it."""

    def __init__(self, database: Database, draining: Draining) -> None:
        self._database = database
        self._draining = draining
        self._is_migrated = False
        self._question: asyncio.Task[dict[str, str]] | None = None

    async def checks(self) -> dict[str, str]:
        """What the service depends on, each with "ok" or what it is instead."""
        if self._draining.begun:
            return {"service": "stopping"}
        # Another request may put a new question in its place while this one waits.
        question = self._question
        if question is None or question.done():
            question = self._question = asyncio.create_task(self._ask())
        # Not wait_for(): a driver whose query is cancelled waits for the server once more.
        done, _ = await asyncio.wait({question}, timeout=PATIENCE_SECONDS)
        return question.result() if done else self._told("unavailable")

    async def _ask(self) -> dict[str, str]:
        try:
            with at_most(PATIENCE_SECONDS):
                if self._is_migrated:
                    await self._database.ping()
                else:
                    self._is_migrated = await self._database.has_tables()
        except Unavailable:
            return self._told("unavailable")
        except Exception:  # noqa: BLE001  # whatever it was, who asks is owed an answer
            _log.exception("the database could not be asked")
            return self._told("unavailable")
        return self._told("ok")

    def _told(self, database: str) -> dict[str, str]:
        unknown = "pending" if database == "ok" else database
        return {"database": database, "migrations": "ok" if self._is_migrated else unknown}

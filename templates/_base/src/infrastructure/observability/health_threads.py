"""Whether the service can do its work."""

from collections.abc import Callable
from threading import Lock, Thread

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
        self._question: _Question | None = None
        self._lock = Lock()

    def checks(self) -> dict[str, str]:
        """What the service depends on, each with "ok" or what it is instead."""
        if self._draining.begun:
            return {"service": "stopping"}
        question = self._under_way()
        question.join(PATIENCE_SECONDS)
        return self._told("unavailable") if question.is_alive() else question.answer

    def _under_way(self) -> "_Question":
        with self._lock:
            if self._question is None or not self._question.is_alive():
                self._question = _Question(self._ask)
                self._question.start()
            return self._question

    def _ask(self) -> dict[str, str]:
        try:
            with at_most(PATIENCE_SECONDS):
                if self._is_migrated:
                    self._database.ping()
                else:
                    self._is_migrated = self._database.has_tables()
        except Unavailable:
            return self._told("unavailable")
        except Exception:  # noqa: BLE001  # whatever it was, who asks is owed an answer
            _log.exception("the database could not be asked")
            return self._told("unavailable")
        return self._told("ok")

    def _told(self, database: str) -> dict[str, str]:
        unknown = "pending" if database == "ok" else database
        return {"database": database, "migrations": "ok" if self._is_migrated else unknown}


class _Question(Thread):
    """A question to the database, in a thread for which the end of the process does not wait."""

    answer: dict[str, str]

    def __init__(self, ask: Callable[[], dict[str, str]]) -> None:
        super().__init__(name="readiness", daemon=True)
        self._ask = ask

    def run(self) -> None:
        """What the thread does."""
        self.answer = self._ask()

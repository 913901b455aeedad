"""Whether the service can do its work."""

from collections.abc import Callable
from threading import Lock, Thread

from ..database.access import Database
from ..serving.draining import Draining
from .checks import PATIENCE_SECONDS, Checks


class Readiness:
    """Asks the database, one question at a time however many ask, and never waits long for it."""

    def __init__(self, database: Database, draining: Draining) -> None:
        self._checks = Checks(database)
        self._draining = draining
        self._question: _Question | None = None
        self._lock = Lock()

    def checks(self) -> dict[str, str]:
        """What the service depends on, each with "ok" or what it is instead."""
        if self._draining.begun:
            return {"service": "stopping"}
        question = self._under_way()
        question.join(PATIENCE_SECONDS)
        return self._checks.told("unavailable") if question.is_alive() else question.answer

    def _under_way(self) -> "_Question":
        with self._lock:
            if self._question is None or not self._question.is_alive():
                self._question = _Question(self._checks.ask)
                self._question.start()
            return self._question


class _Question(Thread):
    """A question to the database, in a thread for which the end of the process does not wait."""

    answer: dict[str, str]

    def __init__(self, ask: Callable[[], dict[str, str]]) -> None:
        super().__init__(name="readiness", daemon=True)
        self._ask = ask

    def run(self) -> None:
        """What the thread does."""
        self.answer = self._ask()

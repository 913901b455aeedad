"""Whether the service can do its work."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

from ..database.access import Database

PATIENCE_SECONDS = 1.8


class Readiness:
    """Asks the dependencies, one question at a time, and never waits long for the answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")
        self._question: Future[None] | None = None

    def checks(self) -> dict[str, str]:
        """Each dependency with "ok" or "unavailable"."""
        if self._question is None or self._question.done():
            self._question = self._executor.submit(self._database.ping)
        done, _ = wait({self._question}, timeout=PATIENCE_SECONDS)
        ok = bool(done) and self._question.exception() is None
        return {"database": "ok" if ok else "unavailable"}

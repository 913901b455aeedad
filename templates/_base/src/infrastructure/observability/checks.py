"""What the service depends on, and how that is."""

import logging

from ..database.access import Database
from ..errors import Unavailable
from ..patience import at_most

PATIENCE_SECONDS = 1.8

_log = logging.getLogger(__name__)


class Checks:
    """Asks the database whether it has its tables; once it has, only whether it answers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_migrated = False

    async def ask(self) -> dict[str, str]:
        """Each check with "ok" or what it is instead; raises nothing."""
        try:
            with at_most(PATIENCE_SECONDS):
                if self._is_migrated:
                    await self._database.ping()
                else:
                    self._is_migrated = await self._database.has_tables()
        except Unavailable:
            return self.told("unavailable")
        except Exception:  # noqa: BLE001  # whatever it was, who asks is owed an answer
            _log.exception("the database could not be asked")
            return self.told("unavailable")
        return self.told("ok")

    def told(self, database: str) -> dict[str, str]:
        """The checks where the database is so."""
        unknown = "pending" if database == "ok" else database
        return {"database": database, "migrations": "ok" if self._is_migrated else unknown}

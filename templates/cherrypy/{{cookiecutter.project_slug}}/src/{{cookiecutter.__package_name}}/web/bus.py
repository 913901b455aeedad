"""CherryPy's bus: what starts and stops with the process."""

import atexit
import logging
from collections.abc import Callable
from multiprocessing.util import Finalize

import cherrypy
from cherrypy.process.plugins import SimplePlugin

from ..infrastructure.database.access import Database


class DatabasePlugin(SimplePlugin):
    """Owns the connections to the database: they are opened when needed, and closed here."""

    def __init__(self, bus: object, database: Database) -> None:
        super().__init__(bus)
        self._database = database

    def stop(self) -> None:
        """Close them; called after CherryPy's own server, where it serves, has drained."""
        self._database.close()

    def graceful(self) -> None:
        """Close those that are not in use, for new ones: `cherrypy.engine.graceful()`."""
        self._database.close()


def log_plainly() -> None:
    """Have what the bus says be a line of ours; CherryPy would write the time into it once more."""
    cherrypy.engine.listeners["log"].clear()
    cherrypy.engine.subscribe("log", _log)


def _log(message: str, level: int) -> None:
    cherrypy.log.error_log.log(level, message)


def start_embedded() -> None:
    """Start the bus once in this process, without CherryPy's own server, reloader and signals.

    The process that serves has those of its own.
    """
    engine = cherrypy.engine
    if engine.state != engine.states.STOPPED:
        return
    cherrypy.config.update({"environment": "embedded"})
    cherrypy.server.unsubscribe()
    log_plainly()
    _quietly(engine.start)
    # Called once, by whichever comes first. In a forked process, as a worker is one, `atexit` does
    # nothing before Python 3.13; elsewhere it comes before the bus misses its end.
    atexit.register(Finalize(None, _quietly, (engine.exit,), exitpriority=0))


def _quietly(step: Callable[[], object]) -> None:
    """That the bus starts and stops is no news where it does so with the process."""
    log = cherrypy.log.error_log
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        step()
    finally:
        log.setLevel(level)

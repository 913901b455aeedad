"""Development: workers start anew when a file changes.

Not by Sanic's reloader: what changes before it has first looked is never read anew, and a worker
that it ends in the middle of its start goes on answering, with the code as it was.
"""

from pathlib import Path

import structlog
from sanic.worker.manager import WorkerManager

# Where all that the service is made of lies.
FOLDER = Path(__file__).parents[2]

_log = structlog.get_logger(__name__)


def start_anew(manager: WorkerManager) -> None:
    """Replace the workers; one that can't start waits for the next change."""
    _log.info("starting anew")
    for process in manager.transient_processes:
        # Sanic would ask it to end, and throw that away where it is just starting.
        process._current_process.kill()
        process._current_process.join()
        process.restart()

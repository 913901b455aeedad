"""Development: a process that has another one answer requests, and replaces it when a file changes.

It holds the socket meanwhile, so that no client is refused. Frameworks' own reloaders don't see
files that change before they have first looked, or are over where a mistake prevents the start.
"""

import logging
import os
import signal
import time
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnProcess
from pathlib import Path
from socket import socket
from threading import Thread

from ..observability import logs
from ..settings import Settings
from . import KILL_SECONDS, Background, Work, draining

# Where all that the service is made of lies, pages and translations included.
FOLDER = Path(__file__).parents[2]
POLL_SECONDS = 0.2

_log = logging.getLogger(__name__)


def run(settings: Settings, work: Work, listening: socket, jobs: Background) -> None:
    """Serve until a signal, and do jobs; what can't start waits for the next change."""
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: told.append(number))
    while True:
        files = _changed()
        process = _start(settings, work, listening, jobs)
        while not told and (now := _changed()) == files:
            time.sleep(POLL_SECONDS)
        if told:
            draining.refuse(listening)
            return _stop(process)
        changed = sorted({path.name for path, _ in now.items() ^ files.items()})
        _log.info("starting anew", extra={"changed": ", ".join(changed)})
        process.kill()
        process.join()


def _changed() -> dict[Path, int]:
    """When each file was changed, as nanoseconds."""
    while True:
        # Editors write to files that are gone in a moment, and so may be a folder: look again then.
        with suppress(FileNotFoundError):
            return {
                path: path.stat().st_mtime_ns
                for path in FOLDER.rglob("*")
                if path.parent.name != "__pycache__" and path.is_file()
            }


def _start(settings: Settings, *given: object) -> SpawnProcess:
    # One that is forked would keep what has been imported here, as it was.
    process = get_context("spawn").Process(target=_serve, args=(settings, *given))
    process.start()
    return process


def _stop(process: SpawnProcess) -> None:
    process.terminate()
    process.join(KILL_SECONDS)
    process.kill()
    process.join()


def _serve(settings: Settings, work: Work, listening: socket, jobs: Background) -> None:
    logs.configure(settings)
    Thread(target=_end_with_parent, daemon=True).start()
    # Not before the application is made, which imports the tables that they look for.
    work(listening, Thread(target=jobs, args=(settings,), daemon=True).start)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)

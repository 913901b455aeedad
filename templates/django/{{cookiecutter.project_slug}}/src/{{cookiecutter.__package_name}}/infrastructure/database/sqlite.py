"""SQLite: one file, for development and for services that live on one machine."""

from typing import Any

from .urls import sqlite_path

BUSY_SECONDS = 3
PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"

check = sqlite_path


def configuration(url: str) -> dict[str, Any]:
    """The entry in Django's DATABASES for a URL."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": sqlite_path(url),
        # Each thread keeps its own.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "init_command": PRAGMAS,
            "timeout": BUSY_SECONDS,
            # A deferred transaction that reads and then writes fails at once while another one
            # writes; this one waits for its turn.
            "transaction_mode": "IMMEDIATE",
        },
    }

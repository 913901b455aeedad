"""SQLite: one file, for development and for services that live on one machine."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from .urls import sqlite_path

DIALECT = "sqlite://"
# A deferred transaction that reads and then writes fails at once while another one writes;
# this one waits for its turn.
BEGIN = "BEGIN IMMEDIATE"
BUSY_SECONDS = 3
# A worker keeps so many connections, and makes so many more while all of them are in use.
POOL = {"pool_size": 5, "max_overflow": 10}

check = sqlite_path


def create(url: str) -> AsyncEngine:
    """An engine whose connections are in autocommit mode: only BEGIN opens a transaction."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{sqlite_path(url)}",
        connect_args={"timeout": BUSY_SECONDS},
        pool_timeout=1.5,
        **POOL,
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def connect_to_migrate(url: str) -> Any:
    """A connection that waits for another migration; only the BEGIN below opens a transaction."""
    return sqlite3.connect(sqlite_path(url), timeout=60, isolation_level=None)


def lock_migrations(connection: Connection) -> None:
    """Let one process migrate at a time: SQLite has one writer."""
    connection.exec_driver_sql(BEGIN)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

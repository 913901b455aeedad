"""SQLite: one file, for development and for services that live on one machine."""

from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

# A deferred transaction that reads and then writes fails at once while another one writes;
# this one waits for its turn.
BEGIN = "BEGIN IMMEDIATE"
BUSY_SECONDS = 3
MIGRATION_DRIVER = "sqlite"
# Wait for another migration; and only the BEGIN below opens a transaction.
MIGRATION_ARGUMENTS = {"timeout": 60, "isolation_level": None}


def create(url: URL) -> AsyncEngine:
    """An engine whose connections are in autocommit mode: only BEGIN opens a transaction."""
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        connect_args={"timeout": BUSY_SECONDS},
        pool_timeout=1.5,
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def lock_migrations(connection: Connection) -> None:
    """Let one process migrate at a time: SQLite has one writer."""
    connection.exec_driver_sql(BEGIN)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

"""PostgreSQL by psycopg, which never waits for long: a lost server is noticed, not hung upon."""

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL, Connection, event, exc
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BEGIN = "BEGIN"
# The worst case, all but the last of these in a row, is under the 5 s within which the
# service must say that its database is away.
POOL_SECONDS = 1.0
PING_SECONDS = 1.0
CONNECT_SECONDS = 2
STATEMENT_SECONDS = 3.0
# A connection that nobody used for so long is tried before it is used.
IDLE_SECONDS = 1.0
# Any number that nothing else locks in this database.
MIGRATION_LOCK = 7_308_895_151
MIGRATION_DRIVER = "postgresql+psycopg"
MIGRATION_ARGUMENTS = {"connect_timeout": 10}

Result = TypeVar("Result")


class BoundedConnection(psycopg.AsyncConnection[Any]):
    """A connection that closes itself when the server does not answer in time."""

    limit = STATEMENT_SECONDS

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109  # psycopg's own signature
    ) -> Result:
        """Run an operation of psycopg; raises psycopg.OperationalError after `limit` seconds."""
        try:
            return await super().wait(gen, interval, timeout or self.limit)
        except psycopg.OperationalError:
            # What the server still may send would be taken for the next answer.
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def create(url: URL) -> AsyncEngine:
    """An engine whose connections are in autocommit mode: only BEGIN opens a transaction.

    A read then is one round trip to the server instead of three.
    """
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def connect() -> BoundedConnection:
        return await BoundedConnection.connect(
            conninfo,
            connect_timeout=CONNECT_SECONDS,
            autocommit=True,
        )

    engine = create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        async_creator=connect,
        isolation_level="AUTOCOMMIT",
        pool_size=10,
        max_overflow=10,
        pool_timeout=POOL_SECONDS,
        use_native_hstore=False,
    )
    event.listen(engine.sync_engine, "connect", _use_utc)
    event.listen(engine.sync_engine.pool, "checkin", _note_return)

    @event.listens_for(engine.sync_engine.pool, "checkout")
    def try_idle(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("returned", 0.0) < IDLE_SECONDS:
            return
        driver = record.driver_connection
        driver.limit = PING_SECONDS
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise exc.InvalidatePoolError from error
        driver.limit = STATEMENT_SECONDS

    return engine


def lock_migrations(connection: Connection) -> None:
    """Let one instance migrate at a time; the others wait, and then find nothing to do."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def _use_utc(connection: Any, record: Any) -> None:
    # Times at the ends of the calendar have no form in some other zones.
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    record.info["returned"] = time.monotonic()


def _note_return(_connection: object, record: Any) -> None:
    record.info["returned"] = time.monotonic()

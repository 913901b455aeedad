"""PostgreSQL by psycopg, which never waits for long: a lost server is noticed, not hung upon."""

import time
from typing import Any

import psycopg
from sqlalchemy import Connection, event, exc
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ..patience import Rest, at_most
from .libpq import BoundedConnection, parameters

# What is known of the server is for libpq: SQLAlchemy would understand it otherwise.
DIALECT = "postgresql+psycopg://"
BEGIN = "BEGIN"
# The worst case, these in a row and then CONNECT_SECONDS, or twice the first, since who asks is
# looked up before, and then STATEMENT_TIMEOUT_SECONDS as it is by default, is under the 5 s within
# which the service must say that its database is away.
POOL_SECONDS = 0.8
PING_SECONDS = 1.0
# How long a server is left alone that has not answered who wanted to connect; one tries meanwhile.
REST_SECONDS = 1.0
# A connection that nobody used for so long is tried before it is used.
IDLE_SECONDS = 1.0
# Any number that nothing else locks in this database.
MIGRATION_LOCK = 7_308_895_151
# A worker keeps so many connections, and makes so many more while all of them are in use.
POOL = {"pool_size": 10, "max_overflow": 10}

check = parameters


def create(url: str) -> AsyncEngine:
    """An engine whose connections are in autocommit mode: only BEGIN opens a transaction.

    A read then is one round trip to the server instead of three.
    """
    given = parameters(url)

    rest = Rest(REST_SECONDS)

    async def connect() -> BoundedConnection:
        if rest.goes_on():
            raise psycopg.errors.ConnectionTimeout("it has not answered just now")
        try:
            connection = await BoundedConnection.connect(**given, autocommit=True)
        except psycopg.errors.ConnectionTimeout:
            rest.begin()
            raise
        rest.end()
        return connection

    engine = create_async_engine(
        DIALECT,
        async_creator=connect,
        isolation_level="AUTOCOMMIT",
        **POOL,
        pool_timeout=POOL_SECONDS,
        use_native_hstore=False,
    )
    event.listen(engine.sync_engine, "connect", _use_utc)
    event.listen(engine.sync_engine.pool, "checkin", _note_return)

    @event.listens_for(engine.sync_engine.pool, "checkout")
    def try_idle(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("returned", 0.0) < IDLE_SECONDS:
            return
        try:
            with at_most(PING_SECONDS):
                engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise exc.InvalidatePoolError from error

    return engine


def connect_to_migrate(url: str) -> Any:
    """A connection that waits for as long as it takes."""
    return psycopg.connect(**{"connect_timeout": 10, "prepare_threshold": None, **parameters(url)})


def lock_migrations(connection: Connection) -> None:
    """Let one instance migrate at a time; the others wait, and then find nothing to do."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def _use_utc(connection: Any, record: Any) -> None:
    # Times at the ends of the calendar have no form in some other zones.
    cursor = connection.cursor()
    with at_most(PING_SECONDS):
        cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    record.info["returned"] = time.monotonic()


def _note_return(_connection: object, record: Any) -> None:
    record.info["returned"] = time.monotonic()

"""Access to the database: a session to read, and one for a unit of work that writes."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from click import ClickException
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import QueuePool

from ..errors import DomainError, OutcomeUnknown, Unavailable
from ..observability.processes import Figure, of_pool
from .models import has_tables
from .urls import backend

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_AWAY = (OperationalError, InterfaceError, PoolTimeout)

_log = logging.getLogger(__name__)


class Database:
    """The database of a URL; connects when it is first needed."""

    def __init__(self, url: str) -> None:
        system = backend(url)
        # For whoever else takes a session of it, too: what is rolled back has not been done.
        self.engine = system.create(url)
        self._most = sum(system.POOL.values())
        self.engine.update_execution_options(begin=system.BEGIN)
        event.listen(self.engine.sync_engine, "begin", _begin)
        self._reader = self.engine.execution_options(begin="")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session in autocommit mode; raises Unavailable where the database does not answer."""
        try:
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session
        except _AWAY as error:
            raise _unavailable(error) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end; raises Unavailable like `read`.

        Where it is not known whether it was committed, the driver's error is passed on.
        """
        try:
            async with (
                AsyncSession(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except _AWAY as error:
            if isinstance(getattr(error, "orig", None), OutcomeUnknown):
                raise
            raise _unavailable(error) from error

    async def ping(self) -> None:
        """Ask the database for an answer; raises Unavailable."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def has_tables(self) -> bool:
        """Whether the database has the tables that the models describe; raises Unavailable."""
        async with self.read() as session:
            connection = await session.connection()
            return await connection.run_sync(has_tables)

    def trace(self, provider: "TracerProvider") -> None:
        """Make a span of each statement."""
        # Costs memory and time, so it is imported only where it is used.
        from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

        # It says that it knows SQLAlchemy before 2.1 only; a test shows that it knows this one too.
        SQLAlchemyInstrumentor().instrument(
            engine=self.engine.sync_engine, tracer_provider=provider, skip_dep_check=True
        )

    def figures(self) -> list[Figure]:
        """What a scrape is told of the pool."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return of_pool(pool.checkedout(), pool.checkedin(), self._most)

    async def close(self) -> None:
        """Close the connections that are not in use."""
        await self.engine.dispose()


@asynccontextmanager
async def for_command(url: str) -> AsyncIterator[Database]:
    """The database, for a command: what can't be done ends that with one line that says why.

    Raises ClickException, also where a migration is missing.
    """
    database = Database(url)
    try:
        if not await database.has_tables():
            raise ClickException("The database lacks tables: the command `migrate` makes them.")
        yield database
    except DomainError as error:
        raise ClickException(str(error)) from None
    finally:
        await database.close()


def _unavailable(error: SQLAlchemyError) -> Unavailable:
    # What the database said, or its driver; the statement and its parameters are nobody's business.
    _log.warning(
        "the database is not available", extra={"cause": str(getattr(error, "orig", error))}
    )
    return Unavailable("The database is not available.")


def _begin(connection: Connection) -> None:
    if begin := connection.get_execution_options()["begin"]:
        connection.exec_driver_sql(begin)

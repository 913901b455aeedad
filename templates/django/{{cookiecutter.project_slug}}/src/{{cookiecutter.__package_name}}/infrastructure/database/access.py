"""The database: what it says when it is away, and how it is asked for an answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import InterfaceError, OperationalError, connection, connections

from ..errors import Unavailable
from ..observability.processes import Figure, of_pool

_log = logging.getLogger(__name__)

# What Django raises where the database does not answer.
AWAY = (OperationalError, InterfaceError)


def release() -> None:
    """Give the connection back to the pool: what follows takes long, and needs none."""
    if not connection.in_atomic_block:
        connection.close()


def close_pool() -> None:
    """Close the connections that nobody uses; SQLite has none."""
    if close := getattr(connections["default"], "close_pool", None):
        close()


class Database:
    """The database as `health.py` asks it, from a thread of its own."""

    def figures(self) -> list[Figure]:
        """What a scrape is told of the pool; SQLite has none."""
        pool: Any = getattr(connections["default"], "pool", None)
        if pool is None:
            return []
        has = pool.get_stats()
        left = has["pool_available"]
        return of_pool(has["pool_size"] - left, left, has["pool_max"])

    def ping(self) -> None:
        """Ask for an answer; raises Unavailable."""
        with answering(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    def has_tables(self) -> bool:
        """Whether no migration is missing, as for `migrate --check`; raises Unavailable."""
        # Django's settings import this module; Django's models can be imported after them only.
        from django.db.migrations.executor import MigrationExecutor

        with answering():
            executor = MigrationExecutor(connection)
            return not executor.migration_plan(executor.loader.graph.leaf_nodes())

    def need_tables(self) -> None:
        """Raise Unavailable where a migration is missing, or the database does not answer."""
        if not self.has_tables():
            raise Unavailable("The database lacks tables: the command `migrate` makes them.")


@contextmanager
def answering() -> Iterator[None]:
    """Ask the database, where no request does; raises Unavailable."""
    try:
        yield
    except AWAY as error:
        _log.warning("the database is not available", extra={"cause": str(error)})
        raise Unavailable("The database is not available.") from error
    finally:
        # Which Django does at the end of a request.
        release()

"""`migrate`, as Django has it, but safe when several instances do it at once."""

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

# Any number that nothing else locks in this database.
LOCK = 7_308_895_151
WAIT_MILLISECONDS = 60_000
RETRY_SECONDS = 0.2

_log = logging.getLogger(__name__)


class Command(migrate.Command):
    """Django's own command; while one instance migrates, the others wait for their turn."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations that are missing.

        A database that is ahead of the code, as where a release is rolled back, stays as it is.
        """
        connection = connections[options["database"]]
        with _LOCKS[connection.vendor](connection.alias):
            if not options["app_label"] and (ahead := _ahead(connection)):
                _log.warning(
                    "the database is ahead of this code: nothing is done", extra={"has": ahead}
                )
            else:
                super().handle(*args, **options)


def _ahead(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations of our apps that the code does not know, where it has no others to run."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    if executor.migration_plan(loader.graph.leaf_nodes()):
        return []
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )


@contextmanager
def _postgresql(alias: str) -> Iterator[None]:
    # A connection of its own, as some migrations can't run in a transaction; and in one, since a
    # pooler keeps the locks of sessions when we are gone.
    with closing(connections.create_connection(alias)) as connection:
        while not _locks(connection):
            time.sleep(RETRY_SECONDS)
        try:
            yield
        finally:
            connection.rollback()


def _locks(connection: BaseDatabaseWrapper) -> bool:
    """Get the lock for a transaction, or be told that another instance has it.

    Who waits for it in a transaction holds a server connection of the pooler, which may be the
    last.
    """
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        [is_ours] = cursor.fetchone()
    if not is_ours:
        connection.rollback()
    return bool(is_ours)


@contextmanager
def _sqlite(alias: str) -> Iterator[None]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
    # Within a transaction it is too late for this, and Django copies tables to change them.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=alias):
            yield
    finally:
        connection.enable_constraint_checking()


_LOCKS = {"postgresql": _postgresql, "sqlite": _sqlite}

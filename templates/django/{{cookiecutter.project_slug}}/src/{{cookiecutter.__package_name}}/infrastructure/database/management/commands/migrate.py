"""`migrate`, as Django has it, but safe when several instances do it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

# Any number that nothing else locks in this database.
LOCK = 7_308_895_151
WAIT_MILLISECONDS = 60_000

_log = structlog.get_logger(__name__)


class Command(migrate.Command):
    """Django's own command; while one instance migrates, the others wait for their turn."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations that are missing.

        A database that is ahead of the code, as where a release is rolled back, stays as it is.
        """
        connection = connections[options["database"]]
        with _LOCKS[connection.vendor](connection.alias):
            if not options["app_label"] and (ahead := _ahead(connection)):
                _log.warning("the database is ahead of this code: nothing is done", has=ahead)
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
    connection = connections[alias]
    connection.ensure_connection()
    # A migration may take long, and so may the wait for another one.
    connection.connection.limit = None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


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

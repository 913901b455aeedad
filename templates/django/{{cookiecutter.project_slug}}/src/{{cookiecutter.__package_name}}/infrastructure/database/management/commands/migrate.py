"""`migrate`, as Django has it, but safe when several instances do it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections, transaction

# Any number that nothing else locks in this database.
LOCK = 7_308_895_151
WAIT_MILLISECONDS = 60_000


class Command(migrate.Command):
    """Django's own command; while one instance migrates, the others wait for their turn."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations that are missing."""
        with _LOCKS[connections[options["database"]].vendor](options["database"]):
            super().handle(*args, **options)


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

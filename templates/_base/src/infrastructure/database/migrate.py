"""Brings the tables of the database to the state that the code expects."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from click import ClickException
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .models import Base, UtcDateTime
from .urls import backend

_log = logging.getLogger(__name__)


class MigrationError(ClickException):
    """The database is away, or it or Alembic refuses: in one line, with which a command ends."""


class Tables:
    """The tables that the migrations in a folder make."""

    def __init__(self, migrations: Path) -> None:
        self._migrations = migrations

    def upgrade(self, url: str) -> None:
        """Run the migrations that are missing; safe when several instances do it at once.

        A database that is ahead of the code, as where a release is rolled back, stays as it is.
        Raises MigrationError.
        """
        try:
            with _connect(url) as connection:
                self._upgrade(connection)
        except (CommandError, SQLAlchemyError) as error:
            raise MigrationError(_in_one_line(error)) from None

    def _upgrade(self, connection: Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(self._migrations).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        ours = ScriptDirectory.from_config(config)
        before = {*MigrationContext.configure(connection).get_current_heads()}
        if ahead := before - {script.revision for script in ours.walk_revisions()}:
            _log.warning(
                "the database is ahead of this code: nothing is done", extra={"has": sorted(ahead)}
            )
            return
        command.upgrade(config, "head")
        if before != (after := {*ours.get_heads()}):
            _log.info("migrated", extra={"to": ", ".join(after)})


def _in_one_line(error: Exception) -> str:
    # What the database said, where it did; the statement and its parameters would be many lines.
    return " ".join(str(getattr(error, "orig", error)).split())


def engine(url: str) -> Engine:
    """An engine for what may take long, by connections that are not kept."""
    system = backend(url)
    return create_engine(
        system.DIALECT, creator=lambda: system.connect_to_migrate(url), poolclass=NullPool
    )


def run_environment(url: Callable[[], str]) -> None:
    """What an `env.py` does, for the class above and for Alembic's own command line.

    url: of the database, for the command line.
    """
    connection = context.config.attributes.get("connection")
    if connection is not None:
        return _run(connection)
    with _connect(url()) as own:
        _run(own)


@contextmanager
def _connect(url: str) -> Iterator[Connection]:
    """A connection that holds the lock of the migrations, in one transaction."""
    try:
        connection = engine(url).connect()
    except DBAPIError as error:
        raise MigrationError(f"the database is away: {_in_one_line(error)}") from None
    with connection, connection.begin():
        backend(url).lock_migrations(connection)
        yield connection


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite can't change a column: Alembic copies the table there.
        render_as_batch=True,
        render_item=render_item,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def render_item(_kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our type as SQLAlchemy's own, so that migrations don't depend on the models."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False

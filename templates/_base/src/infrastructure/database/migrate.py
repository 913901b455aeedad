"""Brings the tables of the database to the state that the code expects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.config import Config
from click import ClickException
from sqlalchemy import Connection, NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError

from .backends import backend
from .models import Base, UtcDateTime


class DatabaseAway(ClickException):
    """There is no connection to the database; a command line ends with one line that says why."""


class Tables:
    """The tables that the migrations in a folder make; each method opens a connection of its own.

    Raises DatabaseAway.
    """

    def __init__(self, migrations: Path) -> None:
        self._migrations = migrations

    def upgrade(self, url: str, revision: str = "head") -> None:
        """Run the migrations that are missing; safe when several instances do it at once."""
        with _connect(url) as connection:
            command.upgrade(self._config(connection), revision)

    def downgrade(self, url: str, revision: str) -> None:
        """Undo the migrations after a revision."""
        with _connect(url) as connection:
            command.downgrade(self._config(connection), revision)

    def check(self, url: str) -> None:
        """Compare tables and models; raises alembic.util.CommandError where they differ."""
        with _connect(url) as connection:
            command.check(self._config(connection))

    def _config(self, connection: Connection) -> Config:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(self._migrations).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        return config


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
    parsed = make_url(url)
    system = backend(parsed.get_backend_name())
    engine = create_engine(
        parsed.set(drivername=system.MIGRATION_DRIVER),
        connect_args=system.MIGRATION_ARGUMENTS,
        poolclass=NullPool,
    )
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise DatabaseAway(f"the database is away: {' '.join(str(error.orig).split())}") from None
    with connection, connection.begin():
        system.lock_migrations(connection)
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

"""Commands for `flask`, beside its own: `uv run flask db upgrade`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from flask.cli import AppGroup

from ..infrastructure.database.models import Base
from ..services import services

if TYPE_CHECKING:
    from ..infrastructure.database.migrate import Tables

db = AppGroup("db", help="Look after the tables of the database.")


def install(app: Flask) -> None:
    """Add the commands, and names for `flask shell`."""
    app.cli.add_command(db)
    app.shell_context_processor(_names)


def _names() -> dict[str, Any]:
    """The services, and each model."""
    models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
    return {"services": services(), **models}


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Run the migrations up to REVISION, by default all."""
    with _tables() as tables:
        tables.upgrade(_database_url(), revision)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Undo the migrations after REVISION; -1 stands for the one before the last."""
    with _tables() as tables:
        tables.downgrade(_database_url(), revision)


@db.command()
def check() -> None:
    """Compare the tables with the models."""
    with _tables() as tables:
        tables.check(_database_url())


def _database_url() -> str:
    return services().settings.database_url.get_secret_value()


@contextmanager
def _tables() -> Iterator["Tables"]:
    """The tables; what Alembic refuses is told in one line."""
    # A worker has no use for it, so it is imported only here.
    from alembic.util import CommandError

    from ..migrations import tables

    try:
        yield tables
    except CommandError as error:
        raise click.ClickException(str(error)) from None

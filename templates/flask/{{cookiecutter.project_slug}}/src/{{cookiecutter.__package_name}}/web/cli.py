"""Commands for `flask`, beside its own: `uv run flask db upgrade`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.util import CommandError
from flask import Flask
from flask.cli import AppGroup

from .. import migrate, models
from ..errors import Unavailable
from .services import services

db = AppGroup("db", help="Look after the tables of the database.")


def install(app: Flask) -> None:
    """Add the commands, and names for `flask shell`."""
    app.cli.add_command(db)
    app.shell_context_processor(lambda: {"services": services(), "models": models})


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Run the migrations up to REVISION, by default all."""
    with _database_url() as url:
        migrate.upgrade(url, revision)


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Undo the migrations after REVISION."""
    with _database_url() as url:
        migrate.downgrade(url, revision)


@db.command()
def check() -> None:
    """Compare the tables with the models."""
    with _database_url() as url:
        migrate.check(url)


@contextmanager
def _database_url() -> Iterator[str]:
    """The URL to work on; what goes wrong is told in one line."""
    try:
        yield services().settings.database_url.get_secret_value()
    except (Unavailable, CommandError) as error:
        raise click.ClickException(str(error)) from None

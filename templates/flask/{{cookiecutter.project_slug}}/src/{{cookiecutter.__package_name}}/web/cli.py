"""Commands for `flask`, beside its own: `uv run flask db upgrade`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.util import CommandError
from flask import Flask
from flask.cli import AppGroup

from .. import migrate, models
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
    with _one_line():
        migrate.upgrade(_database_url(), revision)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Undo the migrations after REVISION; -1 stands for the one before the last."""
    with _one_line():
        migrate.downgrade(_database_url(), revision)


@db.command()
def check() -> None:
    """Compare the tables with the models."""
    with _one_line():
        migrate.check(_database_url())


def _database_url() -> str:
    return services().settings.database_url.get_secret_value()


@contextmanager
def _one_line() -> Iterator[None]:
    """Tell what Alembic refuses in one line."""
    try:
        yield
    except CommandError as error:
        raise click.ClickException(str(error)) from None

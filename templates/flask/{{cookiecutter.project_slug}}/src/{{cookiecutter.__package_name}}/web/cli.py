"""Commands for `flask`, beside its own: `uv run flask db upgrade`."""

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
    _tables().upgrade(_database_url(), revision)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Undo the migrations after REVISION; -1 stands for the one before the last."""
    _tables().downgrade(_database_url(), revision)


@db.command()
def check() -> None:
    """Compare the tables with the models."""
    _tables().check(_database_url())


def _database_url() -> str:
    return services().settings.database_url.get_secret_value()


def _tables() -> "Tables":
    # A worker has no use for Alembic, so it is imported only here.
    from ..migrations import tables

    return tables

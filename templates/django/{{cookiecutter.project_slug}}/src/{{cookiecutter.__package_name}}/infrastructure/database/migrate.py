"""Brings the tables of the database to the state that the code expects."""

from click import ClickException
from django.core.management import CommandError, call_command
from django.db import Error, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory, NodeNotFoundError

from ..setup import set_up
from .access import AWAY

# What is wrong with the database, or with the migrations.
REFUSALS = (CommandError, Error, InconsistentMigrationHistory, NodeNotFoundError)


class MigrationError(ClickException):
    """The database is away, or it or Django refuses: in one line, with which a command ends."""


def upgrade(_url: str) -> None:
    """Run the migrations that are missing; safe when several instances do it at once.

    _url: what Django's settings have read as well. Raises MigrationError.
    """
    set_up()
    try:
        connection.ensure_connection()
    except AWAY as error:
        raise MigrationError(f"the database is away: {_in_one_line(error)}") from None
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except REFUSALS as error:
        raise MigrationError(_in_one_line(error)) from None


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())

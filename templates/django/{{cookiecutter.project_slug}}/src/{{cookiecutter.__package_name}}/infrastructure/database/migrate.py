"""Brings the tables of the database to the state that the code expects."""

import django
from click import ClickException
from django.core.management import call_command

from .access import AWAY


class DatabaseAway(ClickException):
    """There is no connection to the database; a command line ends with one line that says why."""


def upgrade(_url: str) -> None:
    """Run the migrations that are missing; safe when several instances do it at once.

    _url: what Django's settings have read as well. Raises DatabaseAway.
    """
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except AWAY as error:
        raise DatabaseAway(f"the database is away: {' '.join(str(error).split())}") from None

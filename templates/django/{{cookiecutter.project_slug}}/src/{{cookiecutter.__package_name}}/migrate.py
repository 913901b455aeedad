"""Brings the tables of the database to the state that the code expects."""

import django
from django.core.management import call_command

from .db import AWAY
from .errors import Unavailable


def upgrade(_url: str) -> None:
    """Run the migrations that are missing; safe when several instances do it at once.

    Raises Unavailable where the database is away.
    """
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except AWAY as error:
        raise Unavailable(f"the database is away: {error}") from error

"""A job that writes down that it was done, as a feature of a project."""

from django.db import connection

from ..infrastructure.jobs.functions import job


@job()
def count(number: int) -> None:
    """Write the number down."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO done VALUES (%s)", [number])

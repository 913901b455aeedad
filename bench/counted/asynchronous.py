"""A job that writes down that it was done, as a feature of a project."""

from sqlalchemy import text

from ..infrastructure.jobs.functions import job
from ..worker import Resources


@job()
async def count(resources: Resources, number: int) -> None:
    """Write the number down."""
    async with resources.database.write() as session:
        await session.execute(text("INSERT INTO done VALUES (:number)"), {"number": number})

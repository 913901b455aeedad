"""What is done for notes in the background."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select

from ..accounts.models import User
from ..infrastructure.database.models import now
from ..infrastructure.jobs.functions import job
from ..infrastructure.mail import message
from ..worker import Resources
from .models import Note

_MAIL = Path(__file__).with_name("mails") / "note"


@job()
async def mail_note(resources: Resources, user_id: str, text: str) -> None:
    """Mail a note to its user, if there still is one."""
    async with resources.database.read() as session:
        found = await session.scalars(select(User.email).where(User.id == UUID(user_id)))
        emails = found.all()
    for email in emails:
        mail = message(_MAIL, to=email, text=text)
        await asyncio.to_thread(resources.mailer.send, mail)


@job(every=timedelta(days=1))
async def delete_old(resources: Resources) -> None:
    """Delete the notes that are older than a year."""
    old = Note.created_at < now() - timedelta(days=365)
    async with resources.database.write() as session:
        await session.execute(delete(Note).where(old))

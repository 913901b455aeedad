"""What can be done with the notes of a user."""

from uuid import UUID

from sqlalchemy import select

from ..infrastructure.database.access import Database
from ..infrastructure.errors import NotFound
from .models import Note
from .schemas import NoteInput


async def add(database: Database, user_id: UUID, new: NoteInput) -> Note:
    """Add a note."""
    note = Note(user_id=user_id, text=new.text)
    async with database.write() as session:
        session.add(note)
    return note


async def get(database: Database, user_id: UUID, note_id: UUID | None) -> Note:
    """A note; raises NotFound."""
    statement = select(Note).where(Note.id == note_id, Note.user_id == user_id)
    async with database.read() as session:
        note = await session.scalar(statement)
    if note is None:
        raise NotFound("There is no such note.")
    return note

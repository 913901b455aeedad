"""What the OpenAPI document says of notes."""

from ..infrastructure.api.openapi import Operation
from .schemas import NoteInput, NoteOutput

_NOTES, _NOTE = "/api/v1/notes", "/api/v1/notes/{id}"
OPERATIONS = (
    Operation(_NOTES, "post", "create_note", "Add a note", 201, NoteOutput, body=NoteInput),
    Operation(_NOTE, "get", "get_note", "One of your notes", 200, NoteOutput),
)

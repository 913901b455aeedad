"""What the OpenAPI document says of notes."""

from ..infrastructure.api.openapi import BODY, Operation
from .schemas import NoteInput, NoteOutput

OPERATIONS = (
    Operation(
        *("/api/v1/notes", "post", "create_note", "Add a note", 201, NoteOutput),
        problems=(401, 503, *BODY),
        body=NoteInput,
    ),
    Operation(
        *("/api/v1/notes/{id}", "get", "get_note", "One of your notes", 200, NoteOutput),
        problems=(401, 404, 503),
    ),
)

"""The pages of a list. A cursor says where the page before ended, and is opaque to the client."""

import base64
import re
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, WithJsonSchema

# 16 bytes in the base64 of URLs: the last character carries two bits.
_PATTERN = "[A-Za-z0-9_-]{21}[AQgw]"


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError("it is no whole number")
    return value


def _encode(value: UUID) -> str:
    return base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")


def _decode(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not re.fullmatch(_PATTERN, value):
        raise ValueError("it is no cursor of this service")
    return UUID(bytes=base64.urlsafe_b64decode(f"{value}=="))


Cursor = Annotated[
    UUID,
    BeforeValidator(_decode),
    PlainSerializer(_encode, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_PATTERN}$", "examples": ["AZOqcR2LfsGqjQvWq3Z4mA"]}
    ),
]


class PageQuery(BaseModel):
    """Which page of a list; a list that can be filtered has a query of its own made of it."""

    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)] = 20
    cursor: Cursor | None = None


def page(found: Sequence[Any], limit: int) -> dict[str, Any]:
    """The members of a page, made of one more than it holds: that shows whether there is a next."""
    items = found[:limit]
    return {"items": items, "next_cursor": items[-1].id if len(found) > limit else None}

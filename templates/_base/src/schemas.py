"""What goes in and what comes out, as types of pydantic."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    with_config,
)
from typing_extensions import TypedDict

from .paging import Cursor

_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _parse_time(value: Any) -> datetime:
    match = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("it is no RFC 3339 time with T and an offset")
    day, time, fraction, offset = match.groups()
    microseconds = f"{fraction or '.0'}000000"[:7]
    try:
        parsed = datetime.fromisoformat(f"{day}T{time}{microseconds}{offset.upper()}")
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("there is no such time in the years 1 to 9999 of UTC") from error


def _without_nul(value: str) -> str:
    # PostgreSQL keeps no such text.
    if "\0" in value:
        raise ValueError("it must not contain the character U+0000")
    return value


def _path_id(value: str) -> UUID | None:
    return UUID(value) if _UUID.fullmatch(value) else None


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError("it is no whole number")
    return value


def _true_or_false(value: Any) -> Any:
    if value not in ("true", "false", None):
        raise ValueError("it is neither true nor false")
    return value


Title = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_without_nul),
    Field(json_schema_extra={"pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}),
]
# None for what is no id: no task has it, and the answer is the same as for any other such id.
PathId = Annotated[
    UUID | None, BeforeValidator(_path_id), WithJsonSchema({"type": "string", "format": "uuid"})
]
Time = Annotated[datetime, BeforeValidator(_parse_time)]
Email = Annotated[
    EmailStr, Field(max_length=254), AfterValidator(str.lower), AfterValidator(_without_nul)
]
Password = Annotated[
    str, StringConstraints(strict=True, min_length=12, max_length=128), Field(repr=False)
]


class Input(BaseModel):
    """A request body: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Output(BaseModel):
    """A response body, made from a row."""

    model_config = ConfigDict(from_attributes=True)


class Credentials(Input):
    """What a user signs up and in with."""

    email: Email
    password: Password


class SignIn(Input):
    """What a user signs in with: what no account has is wrong, not malformed."""

    email: Annotated[str, StringConstraints(strict=True), AfterValidator(_without_nul)]
    password: Annotated[str, StringConstraints(strict=True), Field(repr=False)]


class SocketSignIn(Input):
    """The first message of a client of the live events."""

    access_token: Annotated[str, StringConstraints(strict=True), Field(repr=False)]


class TaskInput(Input):
    """A new task."""

    title: Title
    done: StrictBool = False
    due_at: Time | None = None


@with_config(ConfigDict(extra="forbid", hide_input_in_errors=True))
class TaskPatch(TypedDict):
    """A JSON merge patch (RFC 7396) of a task: what is absent stays as it is."""

    title: NotRequired[Title]
    done: NotRequired[StrictBool]
    due_at: NotRequired[Time | None]


class TaskQuery(BaseModel):
    """Which tasks to list."""

    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)] = 20
    cursor: Cursor | None = None
    done: Annotated[bool | None, BeforeValidator(_true_or_false)] = None


class UserOutput(Output):
    """A user."""

    id: UUID
    email: str
    created_at: datetime


class TokenOutput(Output):
    """An access token, shown this once."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # no secret
    expires_at: datetime


class TaskOutput(Output):
    """A task."""

    id: UUID
    title: str
    done: bool
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime


class TaskPage(Output):
    """Tasks, the newest first; `next_cursor` leads to the page after, where there is one."""

    items: list[TaskOutput]
    next_cursor: Cursor | None

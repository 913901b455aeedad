"""The types that fields of requests and answers are made of, whatever the feature."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from .problems import few_errors

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


def without_nul(value: str) -> str:
    """Refuse text that PostgreSQL can't keep."""
    if "\0" in value:
        raise ValueError("it must not contain the character U+0000")
    return value


def _true_or_false(value: Any) -> Any:
    if value not in ("true", "false", None):
        raise ValueError("it is neither true nor false")
    return value


def path_id(value: str) -> UUID | None:
    """The id that a part of a path is; None for what is none."""
    return UUID(value) if _UUID.fullmatch(value) else None


Title = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(without_nul),
    # The length counts without the white space around it, which only a pattern can say; and without
    # an example, the page at /docs would make one up of the pattern.
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*[^\s\u0000]([^\u0000]{0,198}[^\s\u0000])?\s*$",
            "examples": ["Water the plants"],
        }
    ),
]
# None for what is no id: nothing has it, and the answer is the same as for any other such id.
PathId = Annotated[
    UUID | None, BeforeValidator(path_id), WithJsonSchema({"type": "string", "format": "uuid"})
]
Time = Annotated[datetime, BeforeValidator(_parse_time), Field(examples=["2030-12-24T18:00:00Z"])]
# Of a query, where all is text.
Flag = Annotated[bool, BeforeValidator(_true_or_false)]


class Input(BaseModel):
    """A request body: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="wrap")
    @classmethod
    def _few_errors(cls, value: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        return few_errors(value, validate)


class Output(BaseModel):
    """A response body, made from a row."""

    model_config = ConfigDict(from_attributes=True)

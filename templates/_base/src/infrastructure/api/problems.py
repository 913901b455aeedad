"""Errors as problem details (RFC 9457): the one place that says what the client is told."""

from collections.abc import Callable, Iterable, Mapping
from http.client import responses
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from ..errors import DomainError, Invalid, TooManyAttempts, Unauthorized
from ..security.digests import without_secrets

MEDIA_TYPE = "application/problem+json"

# How many errors a client is told at once.
LISTED_ERRORS = 20
# How many are looked at one by one: a body has room for a hundred thousand, each of which takes
# longer to describe than to find.
DESCRIBED_ERRORS = 500

_DETAILS = {
    400: "The request is malformed.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    408: "The rest of the request body did not come in time.",
    413: "The request body is too large.",
    415: "A body is needed that is of a type read here, such as `Content-Type: application/json`.",
    422: "The request is not valid; `errors` says where.",
    500: "The service failed; the cause has been logged under the request's id.",
}

# Pydantic would name the class.
_WORDS = dict.fromkeys(
    ("dict_type", "model_type", "model_attributes_type"), "Input should be an object"
)

Value = TypeVar("Value")


class FieldError(BaseModel):
    """What is wrong with one field of the body, or with one parameter."""

    pointer: str | None = Field(default=None, description="A JSON pointer into the body (RFC 6901)")
    parameter: str | None = Field(default=None, description="The name of a query parameter")
    detail: str


class Problem(BaseModel):
    """A problem, as every error is answered."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None


def reference(path: str) -> str:
    """A path that has been decoded as it stands in a URL (RFC 3986), for `instance`."""
    return quote(path, safe="/:@!$&'()*+,;=~")


def problem(
    status: int, *, instance: str, request_id: str, detail: str = "", **members: Any
) -> dict[str, Any]:
    """The members of a problem; `detail` is by default a sentence for the status.

    instance: the path that was asked for, as the client knows it.
    """
    title = responses.get(status, "Unknown Error")
    if "errors" in members:
        members["errors"] = members["errors"][:LISTED_ERRORS]
    return {
        "type": "about:blank",
        "title": title,
        "status": int(status),
        "detail": detail or _DETAILS.get(status, f"{title}."),
        "instance": without_secrets(instance),
        "request_id": request_id,
        **members,
    }


def answer_to(error: DomainError) -> tuple[int, dict[str, str], dict[str, Any]]:
    """The status, the header fields that HTTP asks for with it, and members of the problem."""
    match error:
        case Invalid(errors=errors):
            return error.status, {}, {"errors": errors}
        case Unauthorized():
            headers = {"WWW-Authenticate": "Bearer"}
        case TooManyAttempts(retry_after=seconds):
            headers = {"Retry-After": str(seconds)}
        case _:
            headers = {}
    return error.status, headers, {"detail": str(error)}


def few_errors(value: Any, validate: Callable[[Any], Value]) -> Value:
    """Validate a value; raises ValidationError, in which very many errors are one."""
    try:
        return validate(value)
    except ValidationError as error:
        count = error.error_count()
        if count <= DESCRIBED_ERRORS:
            raise
    kind = PydanticCustomError("too_many_errors", "There are {count} errors", {"count": count})
    raise ValidationError.from_exception_data(
        "input", [{"type": kind, "loc": (), "input": None}], hide_input=True
    )


def field_errors(
    errors: Iterable[Mapping[str, Any]], *, within: str = "body"
) -> list[dict[str, str]]:
    """Turn errors of pydantic into the `errors` of a problem, without what was sent.

    within: "body", or "query" for parameters.
    """
    return [
        {
            **_place(error["loc"], within),
            "detail": _WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, "),
        }
        for error in errors
    ]


def _place(location: tuple[str | int, ...], within: str) -> dict[str, str]:
    if within != "body":
        # What is wrong with several together is at none of them.
        return {"parameter": str(location[0])} if location else {}
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return {"pointer": "".join(f"/{step}" for step in steps)}

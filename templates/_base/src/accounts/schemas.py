"""What goes into accounts and what comes out, as types of pydantic."""

from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Annotated, Any, Literal
from unicodedata import is_normalized
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    EmailStr,
    Field,
    StringConstraints,
)

from ..infrastructure.api.fields import Input, Output, without_nul
from ..infrastructure.api.paging import Cursor

# What the page at /docs begins with: it signs up as it stands, and then in. It is nobody's.
_EMAIL = "ada@example.com"
_PHRASE = "correct horse battery"

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def mailbox(email: str) -> str:
    """The address as it is kept and looked for: in lower case.

    Of its local part that goes for A to Z only: the Kelvin sign would become a k, whose mailbox is
    somebody else's.
    """
    local, at, domain = email.rpartition("@")
    return f"{local.translate(_SMALL)}{at}{domain.lower()}"


def _alone(value: Any) -> Any:
    # What pydantic would take for an address with a name, trim, or put other letters into; and what
    # the header of a mail would stand for another address (RFC 2047).
    if isinstance(value, str) and (
        "<" in value or "=?" in value or value != value.strip() or not is_normalized("NFC", value)
    ):
        raise ValueError("it is not an e-mail address alone, in Unicode's normal form C")
    return value


Email = Annotated[
    EmailStr,
    Field(max_length=254, examples=[_EMAIL]),
    BeforeValidator(_alone),
    AfterValidator(mailbox),
    AfterValidator(without_nul),
]
Password = Annotated[
    str,
    StringConstraints(strict=True, min_length=12, max_length=128),
    Field(repr=False, json_schema_extra={"pattern": r"\S", "examples": [_PHRASE]}),
]
# What an account has, or has not: anything else is wrong, not malformed.
_GivenEmail = Annotated[
    str, StringConstraints(strict=True), AfterValidator(without_nul), Field(examples=[_EMAIL])
]
_GivenPassword = Annotated[
    str, StringConstraints(strict=True), Field(repr=False, examples=[_PHRASE])
]


class Credentials(Input):
    """What a user signs up with."""

    email: Email
    password: Password


class SignIn(Input):
    """What a user signs in with."""

    email: _GivenEmail
    password: _GivenPassword


class PasswordChange(Input):
    """Another password, for who knows the one until now."""

    current_password: _GivenPassword
    new_password: Password


class ResetRequest(Input):
    """Who has forgotten the password."""

    # It is put down, whoever it is: not all that fits a body.
    email: Annotated[_GivenEmail, Field(max_length=254)]


class PasswordReset(Input):
    """Another password, for who has been mailed a link."""

    new_password: Password


class Deletion(Input):
    """The password, so that nobody deletes an account at a computer that was left alone."""

    password: _GivenPassword


class UserOutput(Output):
    """A user."""

    id: UUID
    email: Annotated[str, Field(examples=[_EMAIL])]
    created_at: datetime


class AccountOutput(UserOutput):
    """A user, as the user and administrators see it."""

    email_verified_at: datetime | None
    is_admin: bool


class UserPage(Output):
    """Users, the newest first; `next_cursor` leads to the page after, where there is one."""

    items: list[AccountOutput]
    next_cursor: Cursor | None


class TokenOutput(Output):
    """An access token, shown this once."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # no secret
    expires_at: datetime


class MailOutput(Output):
    """What is said when a mail was asked for."""

    detail: str


class ListedToken(Output):
    """An access token, without itself."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    is_current: bool


class TokenPage(Output):
    """Access tokens, the newest first; `next_cursor` leads to the page after, if there is one."""

    items: list[ListedToken]
    next_cursor: Cursor | None

"""What goes into accounts and what comes out, as types of pydantic."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import idna
from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, StringConstraints

from ..infrastructure.api.fields import Input, Output, without_nul
from ..infrastructure.api.paging import Cursor

# What the page at /docs begins with: it signs up as it stands, and then in. It is nobody's.
_EMAIL = "ada@example.com"
_PHRASE = "correct horse battery"

# Of a domain.
_MAX_LENGTH = 253


def mailbox(email: str) -> str:
    """The address as it is kept, looked for and written to, however it is spelt.

    That is in lower case, with the domain as DNS has it: `xn--exmple-cua.com` for `exämple.com`.
    """
    local, at, domain = email.lower().rpartition("@")
    # What is longer is no domain, and would take its time.
    if not domain.isascii() and len(domain) <= _MAX_LENGTH:
        # What can't be encoded is nobody's.
        with suppress(UnicodeError):
            domain = idna.encode(domain, uts46=True).decode()
    return f"{local}{at}{domain}"


def _alone(value: Any) -> Any:
    # What pydantic would take for an address with a name, or trim; and what the header of a mail
    # would stand for another address (RFC 2047).
    if isinstance(value, str):
        if "<" in value or "=?" in value or value != value.strip():
            raise ValueError("it is not an e-mail address alone")
        if not value.rpartition("@")[0].isascii():
            raise ValueError("before the @, mail servers take no letters but those of ASCII")
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
    str,
    StringConstraints(strict=True),
    AfterValidator(without_nul),
    AfterValidator(mailbox),
    Field(examples=[_EMAIL]),
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

"""What goes into accounts and what comes out, as types of pydantic."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from ..infrastructure.api.fields import Input, Output, without_nul

Email = Annotated[
    EmailStr, Field(max_length=254), AfterValidator(str.lower), AfterValidator(without_nul)
]
Password = Annotated[
    str, StringConstraints(strict=True, min_length=12, max_length=128), Field(repr=False)
]


class Credentials(Input):
    """What a user signs up and in with."""

    email: Email
    password: Password


class SignIn(Input):
    """What a user signs in with: what no account has is wrong, not malformed."""

    email: Annotated[str, StringConstraints(strict=True), AfterValidator(without_nul)]
    password: Annotated[str, StringConstraints(strict=True), Field(repr=False)]


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

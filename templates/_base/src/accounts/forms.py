"""What people do in a browser, by themselves or by a link that was mailed."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from ..config import Settings
from ..infrastructure.api.problems import field_errors
from ..infrastructure.database.access import Database
from ..infrastructure.errors import DomainError, Invalid
from ..infrastructure.security.throttle import Throttle
from . import links, use_cases
from .jobs import RESET, VERIFICATION
from .schemas import Credentials, PasswordReset, ResetRequest

InputT = TypeVar("InputT", bound=BaseModel)


class Field(NamedTuple):
    """What is asked for; autocomplete: what a browser, or who keeps passwords, fills in."""

    name: str
    label: str
    type: str
    autocomplete: str


class Form(NamedTuple):
    """A page that asks for something; done: what it says afterwards."""

    title: str
    text: str
    fields: tuple[Field, ...]
    button: str
    done: str


_NAMES = {
    "email": "E-mail address",
    "password": "Password",
    "current_password": "Current password",
    "new_password": "New password",
}
_EMAIL = Field("email", "E-mail address", "email", "email")
_NEW = "Password, of 12 characters or more"
# By their paths below /account/, which the secret of a link follows.
FORMS = {
    "sign-up": Form(
        title="Sign up",
        text="An account is an e-mail address, and a password.",
        fields=(_EMAIL, Field("password", _NEW, "password", "new-password")),
        button="Sign up",
        done="Welcome! A mail is on its way to you: its link shows that the address is yours.",
    ),
    "forgot-password": Form(
        title="Forgot your password?",
        text="A mail brings you a link by which you choose a new one.",
        fields=(_EMAIL,),
        button="Send the mail",
        done="If there is an account with this address, it gets a mail.",
    ),
    RESET: Form(
        title="Choose a new password",
        text="You are signed out everywhere, and sign in with the new one.",
        fields=(Field("new_password", _NEW, "password", "new-password"),),
        button="Set the password",
        done="Your password is changed.",
    ),
    VERIFICATION: Form(
        title="Is this address yours?",
        text="Say so, and it is noted.",
        fields=(),
        button="Yes, it is mine",
        done="Thank you: your address is verified.",
    ),
}


async def submit(
    name: str,
    secret: str,
    given: Mapping[str, str],
    *,
    settings: Settings,
    database: Database,
    throttle: Throttle,
    client: str,
) -> None:
    """Do what a form is for; raises DomainError.

    secret: of the link, if it was mailed; given: what was filled in; client: the address that the
    request came from.
    """
    mails = settings.can_mail
    match name:
        case "sign-up":
            credentials = valid(Credentials, given)
            await use_cases.sign_up(database, throttle, credentials, client=client, mails=mails)
        case "forgot-password":
            request = valid(ResetRequest, given)
            await links.request_reset(database, throttle, request, client=client, mails=mails)
        case "reset-password":
            await links.reset_password(database, secret, valid(PasswordReset, given))
        case _:
            await links.verify_email(database, secret)


def mistakes(error: DomainError) -> list[str]:
    """What a page says of an error."""
    if isinstance(error, Invalid):
        return [
            f"{_NAMES.get(each['pointer'].strip('/'), '')}: {each['detail']}"
            for each in error.errors
        ]
    return [str(error)]


def valid(kind: type[InputT], given: Mapping[str, str]) -> InputT:
    """What was filled in, as that type; raises Invalid."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        invalid = Invalid("")
        invalid.errors = field_errors(error.errors())
        raise invalid from None

"""What people do in a browser, by themselves or by a link that was mailed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from ..config import Settings
from ..infrastructure.api.problems import answer_to, field_errors
from ..infrastructure.database.access import Database
from ..infrastructure.errors import DomainError, Forbidden, Invalid, NotFound
from ..infrastructure.security.throttle import Throttle
from . import links, use_cases
from .jobs import RESET, VERIFICATION
from .schemas import Credentials, PasswordReset, ResetRequest

InputT = TypeVar("InputT", bound=BaseModel)
# What is longer is no address, and not shown again.
_LONGEST = 254


class Field(NamedTuple):
    """What is asked for; autocomplete: what a browser, or who keeps passwords, fills in."""

    name: str
    label: str
    type: str
    autocomplete: str


class Form(NamedTuple):
    """What a page asks for.

    done: what it says afterwards; other: the page that is wanted instead, perhaps.
    """

    title: str
    text: str
    fields: tuple[Field, ...]
    button: str
    done: str
    other: str = ""


class Link(NamedTuple):
    """The way to another page."""

    href: str
    text: str


class Page(NamedTuple):
    """A form as it is shown, with what there is to say.

    asks: whether there is anything to fill in; given: what was filled in before.
    """

    form: Form
    asks: bool = True
    done: str = ""
    errors: Sequence[str] = ()
    given: Mapping[str, str] = MappingProxyType({})
    link: Link | None = None
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})


_NEW = "Password, of 12 characters or more"
_EMAIL = Field("email", "E-mail address", "email", "email")
_TOO_WEAK = (
    "Please choose a password of 12 to 128 characters that is hard to guess: no common one, and "
    "more than your address or our name."
)
# What is said of a field that is not as it has to be.
WRONG = {
    "email": "Please give an e-mail address, such as ada@example.com.",
    "password": _TOO_WEAK,
    "new_password": _TOO_WEAK,
    "current_password": "This is not your current password.",
}
# Where no mail can be sent.
WELCOME = "Welcome! You have an account now."
# By their paths below /account/, which the secret of a link follows.
FORMS = {
    "sign-up": Form(
        title="Sign up",
        text="An account is an e-mail address, and a password.",
        fields=(_EMAIL, Field("password", _NEW, "password", "new-password")),
        button="Sign up",
        done="Welcome! A mail is on its way to you: its link shows that the address is yours.",
        other="forgot-password",
    ),
    "forgot-password": Form(
        title="Forgot your password?",
        text="A mail brings you a link by which you choose a new one.",
        fields=(_EMAIL,),
        button="Send the mail",
        done="If there is an account with this address, it gets a mail.",
        other="sign-up",
    ),
    RESET: Form(
        title="Choose a new password",
        text="You are signed out everywhere, and sign in with the new one.",
        fields=(Field("new_password", _NEW, "password", "new-password"),),
        button="Set the password",
        done="Your password is changed.",
        other="forgot-password",
    ),
    VERIFICATION: Form(
        title="Is this address yours?",
        text="Say so, and it is noted.",
        fields=(),
        button="Yes, it is mine",
        done="Thank you: your address is verified.",
    ),
}
# Those that a link leads to.
_LINKED = {RESET, VERIFICATION}


async def show(name: str, secret: str, *, settings: Settings, database: Database) -> Page:
    """A form, unless there is no use in filling it in; raises NotFound where there is none.

    secret: of the link, if it was mailed.
    """
    form = _find(name, secret)
    try:
        if name == "forgot-password":
            links.check_mails(mails=settings.can_mail)
        elif secret:
            await links.check(database, secret, name)
    except DomainError as error:
        return _refused(form, error, secret, asks=False)
    # Who has come by a link wants nothing else.
    return Page(form, link=None if secret else _other(form))


async def submit(
    name: str,
    secret: str,
    filled_in: Mapping[str, str],
    *,
    site: str | None = None,
    settings: Settings,
    database: Database,
    throttle: Throttle,
    client: str,
) -> Page:
    """Do what a form is for, and say how that went; raises NotFound where there is none.

    site: what the browser says of where the form was, in `Sec-Fetch-Site`; client: the address that
    the request came from.
    """
    form, mails = _find(name, secret), settings.can_mail
    names = (field.name for field in form.fields)
    given = {name: filled_in[name] for name in names if filled_in.get(name)}
    try:
        if site == "cross-site":
            raise Forbidden("Another site has sent this. If you want it, fill it in here.")
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
    except DomainError as error:
        asks = not isinstance(error, NotFound)
        return _refused(form, error, secret, asks=asks, given=given)
    done = form.done if mails or name != "sign-up" else WELCOME
    return Page(form, asks=False, done=done)


def mistakes(error: DomainError) -> list[str]:
    """What a page says of an error."""
    if isinstance(error, Invalid):
        return [WRONG[each["pointer"].strip("/")] for each in error.errors]
    return [str(error)]


def valid(kind: type[InputT], given: Mapping[str, str]) -> InputT:
    """What was filled in, as that type; raises Invalid."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        invalid = Invalid("")
        invalid.errors = field_errors(error.errors())
        raise invalid from None


def _find(name: str, secret: str) -> Form:
    if name not in FORMS or (name in _LINKED) != bool(secret):
        raise NotFound("There is no such page.")
    return FORMS[name]


def _refused(
    form: Form,
    error: DomainError,
    secret: str,
    *,
    asks: bool,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Page:
    status, headers, _ = answer_to(error)
    return Page(
        form,
        asks=asks,
        errors=mistakes(error),
        given={name: value for name, value in given.items() if len(value) <= _LONGEST},
        link=None if secret and asks else _other(form, secret),
        status=status,
        headers=headers,
    )


def _other(form: Form, secret: str = "") -> Link | None:
    """The way to the page that is wanted instead, from one with a secret or without."""
    if not form.other:
        return None
    return Link(f"{'../' if secret else ''}{form.other}", FORMS[form.other].title)

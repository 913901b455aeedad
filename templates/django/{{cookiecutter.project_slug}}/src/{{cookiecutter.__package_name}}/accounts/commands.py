"""What is done with accounts on the command line."""

import os

from click import ClickException, echo, prompt
from django.core.exceptions import ValidationError as RefusedByDjango
from pydantic import ValidationError

from ..config import Settings
from ..infrastructure.database.access import Database, answering
from ..infrastructure.errors import DomainError
from ..infrastructure.setup import set_up
from .schemas import Credentials

# Anybody may have made it, in somebody's name.
REFUSED = (
    "there is an account with this address, {} shown that it is theirs: `--existing` lets it "
    "administrate"
)


def create_admin(_settings: Settings, email: str, *, existing: bool = False) -> None:
    """Add an administrator; raises ClickException.

    existing: whether it may be one who has an account. Else the password is ADMIN_PASSWORD, or
    asked for.
    """
    set_up()
    # What has models is imported once Django is set up.
    from . import use_cases

    try:
        Database().need_tables()
        with answering():
            user = use_cases.find(email)
        if user:
            if not user.is_admin and not existing:
                has = "whose owner has" if user.email_verified_at else "and nobody has"
                raise ClickException(REFUSED.format(has))
            with answering():
                use_cases.make_admin(user)
            echo("There was such an account: its password stays as it is.")
        else:
            password = os.environ.get("ADMIN_PASSWORD") or prompt(
                "Password", hide_input=True, confirmation_prompt=True
            )
            credentials = Credentials(email=email, password=password)
            with answering():
                use_cases.register(credentials, is_admin=True)
    except ValidationError as error:
        mistakes = (f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise ClickException("; ".join(mistakes)) from None
    except RefusedByDjango as error:
        raise ClickException("; ".join(error.messages)) from None
    except DomainError as error:
        raise ClickException(str(error)) from None
    echo(f"{email} is an administrator.")

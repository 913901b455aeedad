"""What is done with accounts on the command line."""

import os

from click import ClickException, echo, prompt
from django.core.exceptions import ValidationError as RefusedByDjango
from pydantic import ValidationError

from ..config import Settings
from ..infrastructure.database.access import answering
from ..infrastructure.errors import DomainError
from ..infrastructure.setup import set_up
from .schemas import Credentials


def create_admin(_settings: Settings, email: str) -> None:
    """Let a user administrate, who is made where there is none; raises ClickException.

    The password is ADMIN_PASSWORD, or asked for.
    """
    set_up()
    # What has models is imported once Django is set up.
    from . import use_cases

    try:
        with answering():
            is_made = use_cases.make_admin(email)
        if is_made:
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

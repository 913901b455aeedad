"""What is done with accounts on the command line."""

import asyncio
import os

from click import ClickException, echo, prompt
from pydantic import ValidationError

from ..config import Settings
from ..infrastructure.database.access import Database
from ..infrastructure.errors import DomainError
from . import use_cases
from .schemas import Credentials


def create_admin(settings: Settings, email: str) -> None:
    """Let a user administrate, who is made where there is none; raises ClickException.

    The password is ADMIN_PASSWORD, or asked for.
    """
    asyncio.run(_create_admin(settings, email))


async def _create_admin(settings: Settings, email: str) -> None:
    database = Database(settings.database_url.get_secret_value())
    try:
        if await use_cases.make_admin(database, email):
            echo("There was such an account: its password stays as it is.")
        else:
            password = os.environ.get("ADMIN_PASSWORD") or prompt(
                "Password", hide_input=True, confirmation_prompt=True
            )
            credentials = Credentials(email=email, password=password)
            await use_cases.register(database, credentials, is_admin=True)
    except ValidationError as error:
        mistakes = (f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise ClickException("; ".join(mistakes)) from None
    except DomainError as error:
        raise ClickException(str(error)) from None
    finally:
        await database.close()
    echo(f"{email} is an administrator.")

"""What is done with accounts on the command line."""

import asyncio
import os

from click import ClickException, echo, prompt
from pydantic import ValidationError

from ..config import Settings
from ..infrastructure.database.access import for_command
from . import use_cases
from .schemas import Credentials

# Anybody may have made it, in somebody's name.
REFUSED = (
    "there is an account with this address, {} shown that it is theirs: `--existing` lets it "
    "administrate"
)


def create_admin(settings: Settings, email: str, *, existing: bool = False) -> None:
    """Add an administrator; raises ClickException.

    existing: whether it may be one who has an account. Else the password is ADMIN_PASSWORD, or
    asked for.
    """
    asyncio.run(_create_admin(settings, email, existing=existing))


async def _create_admin(settings: Settings, email: str, *, existing: bool) -> None:
    async with for_command(settings.database_url.get_secret_value()) as database:
        if user := await use_cases.find(database, email):
            if not user.is_admin and not existing:
                has = "whose owner has" if user.email_verified_at else "and nobody has"
                raise ClickException(REFUSED.format(has))
            await use_cases.make_admin(database, user.id)
            echo("There was such an account: its password stays as it is.")
        else:
            await use_cases.register(database, _credentials(email), is_admin=True)
    echo(f"{email} is an administrator.")


def _credentials(email: str) -> Credentials:
    password = os.environ.get("ADMIN_PASSWORD") or prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    try:
        return Credentials(email=email, password=password)
    except ValidationError as error:
        mistakes = (f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise ClickException("; ".join(mistakes)) from None

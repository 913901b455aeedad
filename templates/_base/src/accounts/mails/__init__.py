"""The mails of accounts: of each a text, whose first line is the subject, and a page."""

from email.message import EmailMessage
from pathlib import Path

from ...about import NAME
from ...infrastructure.mail import message

_FOLDER = Path(__file__).parent


def with_link(name: str, to: str, link: str) -> EmailMessage:
    """The mail of that name; `$name` in it is the service's, `$link` leads back to it."""
    return message(_FOLDER / name, to=to, name=NAME, link=link)

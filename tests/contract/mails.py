"""Mails: a server that takes them from the services under test, and what has come."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from .processes import free_port
from .waiting import eventually

SENDER = "Shop <noreply@shop.example>"
# Where people find the service, whatever it is asked by.
PUBLIC_URL = "https://shop.example/base"


class Mails:
    """The mails in a folder: whichever process of the run asks."""

    def __init__(self, folder: Path) -> None:
        self._new = folder / "new"

    def to(self, address: str) -> list[EmailMessage]:
        """All that have come for an address, the first one first."""
        # Whoever waits asks often, and most of a run's mails are for others.
        files = [file for file in self._new.glob("*") if address.encode() in file.read_bytes()]
        files.sort(key=lambda file: file.stat().st_mtime_ns)
        mails = [BytesParser(policy=default).parsebytes(file.read_bytes()) for file in files]
        return [mail for mail in mails if mail["To"] == address]

    def next_to(self, address: str, *, after: int = 0, within: float = 15) -> EmailMessage:
        """The one that comes after so many others."""
        eventually(lambda: len(self.to(address)) > after, f"a mail to {address}", within=within)
        return self.to(address)[after]


def secret_in(mail: EmailMessage) -> str:
    """The secret of the link in a mail."""
    return link_in(mail).rpartition("/")[2]


def link_in(mail: EmailMessage) -> str:
    """The link in a mail: the one that is in its text, and in its page."""
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text and page
    [link] = re.findall(r"https?://\S+", text.get_content())
    assert f'href="{link}"' in page.get_content()
    return str(link)


@contextmanager
def mail_server(folder: Path) -> Iterator[str]:
    """Puts all mails that it gets into a folder; the URL for SMTP_URL."""
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()

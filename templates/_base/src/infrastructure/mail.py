"""Mails, sent by SMTP; without it they are shown in development."""

import logging
import re
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate, make_msgid
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import SplitResult, unquote, urlsplit

from .errors import Unavailable
from .settings import Settings

TIMEOUT_SECONDS = 10
# Where they lie in development.
FOLDER = Path("mails")
# As long as lines of mails may be: links stay whole, for who reads the file.
_POLICY = default.clone(max_line_length=998)

_log = logging.getLogger(__name__)


def message(template: Path, *, to: str, **values: str) -> EmailMessage:
    """A mail made of two files: the `.txt` of the template, and its `.html`.

    The first line of the text is the subject; `$name` is the value of that name.
    """
    text = Template(template.with_suffix(".txt").read_text("utf-8")).substitute(values)
    page = Template(template.with_suffix(".html").read_text("utf-8"))
    mail = EmailMessage(_POLICY)
    mail["To"] = to
    mail["Subject"], _, body = text.partition("\n\n")
    mail.set_content(body)
    escaped = {name: escape(value) for name, value in values.items()}
    mail.add_alternative(page.substitute(escaped), subtype="html")
    return mail


class Mailer:
    """Sends mails by SMTP_URL."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.smtp_url and urlsplit(settings.smtp_url.get_secret_value())
        # The server has to show whose it is.
        self._tls = ssl.create_default_context()
        self._sender = settings.mail_from
        self._app_env = settings.app_env

    def send(self, mail: EmailMessage) -> None:
        """Send a mail, which takes its time: not on an event loop.

        One whose recipient is refused for good is dropped, and that is in the log. Raises OSError,
        and Unavailable in production without SMTP_URL.
        """
        mail["From"] = self._sender
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].rstrip(">"))
        if self._url:
            with self._connected(self._url) as server:
                self._sign_in(server, self._url)
                _deliver(server, mail)
        elif self._app_env == "production":
            raise Unavailable("SMTP_URL is not set: the mail is not sent.")
        elif self._app_env == "development":
            self._show(mail)

    def _connected(self, url: SplitResult) -> smtplib.SMTP:
        host, port = url.hostname or "", url.port or 0
        if url.scheme == "smtp":
            return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=self._tls)

    def _sign_in(self, server: smtplib.SMTP, url: SplitResult) -> None:
        if url.username is None:
            return
        # A password is for nobody else to read.
        if url.scheme == "smtp":
            server.starttls(context=self._tls)
        server.login(unquote(url.username), unquote(url.password or ""))

    def _show(self, mail: EmailMessage) -> None:
        FOLDER.mkdir(exist_ok=True)
        subject = re.sub(r"\W+", "-", mail["Subject"])
        file = FOLDER / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S-%f}-{subject[:60]}.eml"
        file.write_bytes(bytes(mail))
        text = mail.get_body(("plain",))
        members = {"to": mail["To"], "subject": mail["Subject"], "file": str(file)}
        _log.info("a mail, which is not sent:\n%s", text and text.get_content(), extra=members)


def _deliver(server: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if min(codes) < 500:
            raise
        # To try again would change nothing: there is no such mailbox.
        _log.warning("a mail is dropped: its recipient is refused", extra={"codes": codes})

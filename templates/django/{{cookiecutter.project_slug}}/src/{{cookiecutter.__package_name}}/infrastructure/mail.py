"""Mails, sent by SMTP; without it they are shown in development."""

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from .errors import Unavailable
from .settings import Settings

TIMEOUT_SECONDS = 10
# Where they lie in development.
FOLDER = Path("mails")
# As long as lines of mails may be.
_POLICY = policy.default.clone(max_line_length=998)

_log = logging.getLogger(__name__)


def configuration(settings: Settings) -> dict[str, Any]:
    """Django's settings of mails."""
    backend, options = _mailer(settings)
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
    names = {"username": "HOST_USER", "password": "HOST_PASSWORD"}
    return {"EMAIL_BACKEND": backend} | {
        f"EMAIL_{names.get(name, name.upper())}": value for name, value in options.items()
    }


def _mailer(settings: Settings) -> tuple[str, dict[str, Any]]:
    if settings.smtp_url:
        options = _options(settings.smtp_url.get_secret_value())
        return f"{__name__}.Sending", options
    if settings.app_env == "development":
        return f"{__name__}.EmailBackend", {}
    if settings.app_env == "production":
        return f"{__name__}.NoServer", {}
    return "django.core.mail.backends.dummy.EmailBackend", {}


def _options(smtp_url: str) -> dict[str, Any]:
    url = urlsplit(smtp_url)
    is_ssl = url.scheme == "smtps"
    return {
        "host": url.hostname,
        "port": url.port or (465 if is_ssl else 25),
        "username": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        # A password is for nobody else to read.
        "use_tls": bool(url.username) and not is_ssl,
        "use_ssl": is_ssl,
        "timeout": TIMEOUT_SECONDS,
    }


class Sending(SmtpBackend):
    """Django's own, which would be asked for ever to send what is refused for good."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send them; how many were. Of one whose recipient is refused for good the log tells."""
        try:
            return super().send_messages(email_messages)
        except SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if min(codes) < 500:
                raise
            # To try again would change nothing: there is no such mailbox.
            _log.warning("a mail is dropped: its recipient is refused", extra={"codes": codes})
            return 0


class EmailBackend(BaseEmailBackend):
    """Sends nothing: mails are in the log, and in files that programs for mails open."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Show them; how many there are."""
        FOLDER.mkdir(exist_ok=True)
        for mail in email_messages:
            subject = re.sub(r"\W+", "-", str(mail.subject))
            file = FOLDER / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S-%f}-{subject[:60]}.eml"
            file.write_bytes(_readable(mail.message().as_bytes()))
            members = {"to": ", ".join(mail.to), "subject": str(mail.subject), "file": str(file)}
            _log.info("a mail, which is not sent:\n%s", mail.body, extra=members)
        return len(email_messages)


class NoServer(BaseEmailBackend):
    """Sends nothing, and says so: production has no SMTP_URL."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises Unavailable."""
        raise Unavailable("SMTP_URL is not set: the mail is not sent.")


def _readable(mail: bytes) -> bytes:
    """The same mail in lines that are not broken: links stay whole, for who reads the file."""
    message = message_from_bytes(mail, policy=_POLICY)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            part.set_content(part.get_content(), subtype=part.get_content_subtype())
    return bytes(message)

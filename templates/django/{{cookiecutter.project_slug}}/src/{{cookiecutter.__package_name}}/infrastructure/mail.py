"""Mails, sent by SMTP; without it they are shown in development."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from uuid_utils import uuid7

from .errors import Unavailable
from .settings import Settings

TIMEOUT_SECONDS = 10
# Where they lie in development.
FOLDER = Path("mails")

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
        return "django.core.mail.backends.smtp.EmailBackend", options
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


class EmailBackend(BaseEmailBackend):
    """Sends nothing: mails are in the log, and in files that programs for mails open."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Show them; how many there are."""
        FOLDER.mkdir(exist_ok=True)
        for mail in email_messages:
            file = FOLDER / f"{uuid7()}.eml"
            file.write_bytes(mail.message().as_bytes())
            members = {"to": ", ".join(mail.to), "subject": str(mail.subject), "file": str(file)}
            _log.info("a mail, which is not sent:\n%s", mail.body, extra=members)
        return len(email_messages)


class NoServer(BaseEmailBackend):
    """Sends nothing, and says so: production has no SMTP_URL."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises Unavailable."""
        raise Unavailable("SMTP_URL is not set: the mail is not sent.")

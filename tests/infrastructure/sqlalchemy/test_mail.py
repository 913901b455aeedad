"""Mails: what is not sent is said."""

from email.message import EmailMessage

import pytest

from task_service.config import Settings
from task_service.infrastructure.errors import Unavailable
from task_service.infrastructure.mail import Mailer


def test_without_a_server_production_fails_to_send() -> None:
    production = {"app_env": "production", "smtp_url": None, "mail_from": "shop@shop.example"}
    mailer = Mailer(Settings.model_construct(**production))  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="SMTP_URL is not set"):
        mailer.send(EmailMessage())

"""Mails: who sends them signs in, and what is not sent is said."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from pydantic import SecretStr

from task_service.config import Settings
from task_service.infrastructure.errors import Unavailable
from task_service.infrastructure.mail import Mailer


def send(smtp_url: str | None, app_env: str = "production") -> None:
    """Send a mail, as in production."""
    given: dict[str, Any] = {"app_env": app_env, "mail_from": "shop@shop.example"}
    url = SecretStr(smtp_url) if smtp_url else None
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "Your hat", "ada@example.com"
    mail.set_content("It is red.")
    Mailer(Settings.model_construct(**given, smtp_url=url)).send(mail)


def test_in_tests_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    send(None, app_env="test")
    assert capsys.readouterr().out == ""


@pytest.fixture(params=["smtp", "smtps"])
def scheme(request: pytest.FixtureRequest) -> str:
    """By TLS after a word, or at once."""
    return str(request.param)


@pytest.fixture
def server(scheme: str, monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """What stands for a server to which a client is connected."""
    client = MagicMock()
    monkeypatch.setattr(smtplib, {"smtp": "SMTP", "smtps": "SMTP_SSL"}[scheme], client)
    connected: MagicMock = client.return_value.__enter__.return_value
    return connected


def test_who_has_a_name_signs_in_by_tls(scheme: str, server: MagicMock) -> None:
    send(f"{scheme}://ada:p%40ss@mail.example:587")
    before = ["starttls"] if scheme == "smtp" else []
    assert [call[0] for call in server.method_calls] == [*before, "login", "send_message"]
    server.login.assert_called_once_with("ada", "p@ss")


def test_who_is_refused_for_good_gets_no_mail_and_others_later(
    scheme: str, server: MagicMock, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{scheme}://mail.example"
    server.send_message.side_effect = smtplib.SMTPRecipientsRefused({"ada": (550, b"")})
    send(url)
    assert "its recipient is refused" in caplog.text
    server.send_message.side_effect = smtplib.SMTPRecipientsRefused({"ada": (450, b"")})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(url)


def test_without_a_server_production_fails_to_send() -> None:
    with pytest.raises(Unavailable, match="SMTP_URL is not set"):
        send(None)


def test_without_a_server_development_shows_it_and_keeps_it_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level("INFO")
    send(None, "development")
    [file] = tmp_path.rglob("*-Your-hat.eml")
    assert "It is red." in file.read_text("utf-8")
    assert "It is red." in caplog.text

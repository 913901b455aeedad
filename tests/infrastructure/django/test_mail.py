"""Mails: what Django is set to, and what is shown in development."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from smtplib import SMTPRecipientsRefused

import django
import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from pydantic import SecretStr

from task_service.config import Settings
from task_service.infrastructure import mail
from task_service.infrastructure.errors import Unavailable
from task_service.infrastructure.mail import EmailBackend, NoServer, Sending, configuration

SMTP = f"{Sending.__module__}.Sending"


def told(**settings: object) -> tuple[str, dict[str, object]]:
    """Which backend Django is to use, and its options, by their names since Django 6.1."""
    given = configuration(Settings.model_construct(**settings))  # type: ignore[arg-type]
    if django.VERSION >= (6, 1):
        mailer = given["MAILERS"]["default"]
        return mailer["BACKEND"], mailer["OPTIONS"]
    names = {"host_user": "username", "host_password": "password"}
    options = {name.removeprefix("EMAIL_").lower(): value for name, value in given.items()}
    return options.pop("backend"), {names.get(name, name): options[name] for name in options}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://localhost", ("localhost", 25, "", "", False, False)),
        ("smtp://ada:a%40b@[::1]:587", ("::1", 587, "ada", "a@b", True, False)),
        ("smtps://ada:x@mail.example", ("mail.example", 465, "ada", "x", False, True)),
    ],
)
def test_mails_are_sent_as_the_url_says(url: str, options: tuple[object, ...]) -> None:
    names = ("host", "port", "username", "password", "use_tls", "use_ssl")
    expected = {**dict(zip(names, options, strict=True)), "timeout": 10}
    assert told(smtp_url=SecretStr(url)) == (SMTP, expected)


def test_without_a_server_they_are_shown_in_development_only() -> None:
    shown, _ = told(smtp_url=None, app_env="development")
    assert shown == f"{EmailBackend.__module__}.EmailBackend"
    assert told(smtp_url=None, app_env="test")[0].endswith(".dummy.EmailBackend")
    assert told(smtp_url=None, app_env="production")[0] == f"{NoServer.__module__}.NoServer"
    with pytest.raises(Unavailable, match="SMTP_URL is not set"):
        NoServer().send_messages([EmailMessage("A", "Here it is.", to=["ada@example.com"])])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(mail, "FOLDER", tmp_path / "mails")
    return tmp_path / "mails"


def test_what_is_shown_is_in_the_log_and_in_a_file(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    mails = [EmailMessage(subject, "Here it is.", to=["ada@example.com"]) for subject in "AB"]
    assert EmailBackend().send_messages(mails) == 2
    files = [message_from_bytes(file.read_bytes(), policy=default) for file in folder.iterdir()]
    assert sorted(file["Subject"] for file in files) == ["A", "B"]
    assert caplog.text.count("Here it is.") == 2


def test_what_is_attached_is_in_the_file(folder: Path) -> None:
    mail = EmailMessage("A", "Here it is.", to=["ada@example.com"])
    mail.attach("hat.bin", b"\0hat", "application/octet-stream")
    EmailBackend().send_messages([mail])
    [file] = folder.iterdir()
    shown = message_from_bytes(file.read_bytes(), policy=default)
    assert [part.get_content() for part in shown.walk() if not part.is_multipart()] == [
        "Here it is.\n",
        b"\0hat",
    ]


@pytest.mark.parametrize("code", [450, 550])
def test_only_what_is_refused_for_good_is_dropped(
    code: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> int:
        raise SMTPRecipientsRefused({"ada@example.com": (code, b"no")})

    monkeypatch.setattr(SmtpBackend, "send_messages", refuse)
    if code < 500:
        with pytest.raises(SMTPRecipientsRefused):
            Sending().send_messages([])
    else:
        assert Sending().send_messages([]) == 0
    assert ("its recipient is refused" in caplog.text) == (code >= 500)

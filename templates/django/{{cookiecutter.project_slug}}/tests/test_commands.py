"""Django's own commands, by `manage.py`."""

import os
import secrets
import subprocess
import sys
from importlib.util import find_spec, module_from_spec
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from {{ cookiecutter.__package_name }}.infrastructure.database import (
    PRODUCTION_DATABASES,
)

PRODUCTION = {
    "APP_ENV": "production",
    "DATABASE_URL": f"{PRODUCTION_DATABASES[0]}:///service",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ALLOWED_HOSTS": "api.example",
    "SMTP_URL": "smtp://localhost",
    "MAIL_FROM": "noreply@api.example",
    "PUBLIC_URL": "https://api.example",
}


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=Path(__file__).parents[1],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_wrong_with_the_settings_of_production() -> None:
    done = manage("check", "--deploy", "--fail-level", "DEBUG", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")


def test_in_production_cookies_are_for_https_and_this_host_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    spec = find_spec(os.environ["DJANGO_SETTINGS_MODULE"])
    assert spec
    assert spec.loader
    settings = module_from_spec(spec)
    spec.loader.exec_module(settings)
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        assert getattr(settings, f"{cookie}_COOKIE_NAME").startswith("__Host-")
        assert getattr(settings, f"{cookie}_COOKIE_SECURE") is True


@pytest.mark.django_db
def test_what_is_wrong_with_them_is_found(settings: Settings) -> None:
    settings.SECRET_KEY = "weak"
    with pytest.raises(SystemCheckError, match=r"security\.W009"):
        call_command("check", deploy=True, fail_level="WARNING")


def test_a_wrong_setting_is_told_in_one_line() -> None:
    done = manage("check", PORT="http")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: PORT: 'http'")

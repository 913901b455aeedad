"""Settings: a wrong one stops the start with one line that names it.

Each kind of wrong value is told apart in the project's own tests, where no process has to start.
"""

import secrets
import subprocess

import pytest

from .commands import Commands
from .processes import free_port

pytestmark = pytest.mark.alike("all")

SECRET = "hunter2-hunter2-hunter2"
WRONG = {
    "HOST": "a..b",
    "PORT": "http",
    "WEB_CONCURRENCY": "0",
    "DATABASE_URL": f"postgresql://user:{SECRET}@db.example/service?sslmod=require",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
    "CORS_ALLOW_ORIGINS": "https://app.example/path",
    "ALLOWED_HOSTS": "[example.com]",
    "FORWARDED_ALLOW_IPS": "proxy.example",
    "MAX_BODY_BYTES": "1 MiB",
    "DRAIN_SECONDS": "-1",
    "TOKEN_TTL_SECONDS": "one day",
    "SIGN_UPS_PER_MINUTE": "many",
    "STATEMENT_TIMEOUT_SECONDS": "soon",
    "REDIS_URL": f"redis://:{SECRET}/@redis.example",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "nonsense",
}


def start(commands: Commands, **settings: str) -> subprocess.CompletedProcess[str]:
    """Try to serve; the settings are fit for a test, but for the given ones."""
    defaults = {"APP_ENV": "test", "PORT": str(free_port()), "WEB_CONCURRENCY": "1"}
    nowhere = {"DATABASE_URL": "sqlite:////nonexistent/x"}
    return commands.run("serve", **{**defaults, **nowhere, **settings})


def assert_refused(done: subprocess.CompletedProcess[str], *variables: str) -> str:
    """Check that the start was refused for these variables; the line that says so."""
    printed = (done.stdout + done.stderr).splitlines()
    assert len(printed) == 1, printed
    [line] = printed
    assert done.returncode == 1
    assert "Traceback" not in line
    for variable in variables:
        assert variable in line
        # Something is said about it.
        assert len(line) > len(variable) + 10
    return line


def test_all_wrong_values_are_named_at_once_and_no_password_in_them(
    commands: Commands, parts: frozenset[str]
) -> None:
    wrong = {**WRONG, **({"SECRET_KEY": SECRET} if "secret-key" in parts else {})}
    line = assert_refused(start(commands, **wrong), *wrong)
    assert SECRET not in line
    # What libpq does not know.
    assert '"sslmod"' in line or "postgresql" not in parts


def test_production_names_all_that_is_missing(commands: Commands, parts: frozenset[str]) -> None:
    missing = ["DATABASE_URL", *(["SECRET_KEY"] if "secret-key" in parts else [])]
    done = commands.run("serve", APP_ENV="production", PORT=str(free_port()))
    assert_refused(done, *missing)


def test_production_refuses_what_is_not_safe(
    commands: Commands, production_settings: dict[str, str], parts: frozenset[str]
) -> None:
    unsafe = {"CORS_ALLOW_ORIGINS": "https://app.example,*"}
    key = secrets.token_urlsafe(48)[:31]
    if "secret-key" in parts:
        unsafe["SECRET_KEY"] = key
    if "postgresql" in parts:
        unsafe["DATABASE_URL"] = "sqlite:////tmp/service.sqlite3"
    done = start(commands, **{**production_settings, **unsafe})
    assert key not in assert_refused(done, *unsafe)


def test_a_wrong_value_stops_a_migration_too_and_what_is_right_is_not_named(
    commands: Commands,
) -> None:
    done = commands.run("migrate", APP_ENV="test", DATABASE_URL="nonsense")
    line = assert_refused(done, "DATABASE_URL")
    assert [name for name in [*WRONG, "APP_ENV"] if name in line] == ["DATABASE_URL"]

"""Settings: a wrong one stops the start with one line that names it."""

import subprocess
from functools import cache

import pytest

from .commands import run
from .processes import free_port

SECRET = "hunter2-hunter2-hunter2"


def start(**settings: str) -> subprocess.CompletedProcess[str]:
    """Try to serve; the settings are fit for a test, but for the given ones."""
    defaults = {"APP_ENV": "test", "PORT": str(free_port()), "WEB_CONCURRENCY": "1"}
    return run("serve", **{**defaults, "DATABASE_URL": "sqlite:////nonexistent/x", **settings})


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


WRONG = {
    "PORT": ["http", "-1", "65536", "80.5"],
    "WEB_CONCURRENCY": ["0", "-1", "many"],
    "DATABASE_URL": ["nonsense", "oracle://db.example/x", "http://db.example/x", "://"],
    "LOG_LEVEL": ["LOUD"],
    "LOG_FORMAT": ["xml"],
    "CORS_ALLOW_ORIGINS": [
        "app.example",
        "https://app.example/path",
        "https://a.example https://b",
    ],
    "FORWARDED_ALLOW_IPS": ["proxy.example", "10.0.0.256", "127.0.0.1,nonsense"],
    "MAX_BODY_BYTES": ["-1", "1 MiB", "many"],
    "TOKEN_TTL_SECONDS": ["0", "-1", "one day", "9" * 30],
    "REDIS_URL": ["nonsense", "http://redis.example"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["nonsense"],
}


@cache
def refusal(round_: int) -> str:
    """The line that refuses one wrong value of each variable, as far as they have so many."""
    wrong = {name: values[round_] for name, values in WRONG.items() if len(values) > round_}
    return assert_refused(start(**wrong), *wrong)


@pytest.mark.parametrize(
    ("variable", "round_"),
    [
        pytest.param(variable, round_, id=f"{variable}={value}")
        for variable, values in WRONG.items()
        for round_, value in enumerate(values)
    ],
)
def test_a_wrong_value_is_named_and_stops_the_start(variable: str, round_: int) -> None:
    assert variable in refusal(round_)


@pytest.mark.parametrize(
    ("variable", "value"), [("APP_ENV", "staging"), ("PORT", "http"), ("LOG_LEVEL", "LOUD")]
)
def test_what_is_right_is_not_named(variable: str, value: str) -> None:
    line = assert_refused(start(**{variable: value}), variable)
    assert [name for name in [*WRONG, "APP_ENV"] if name in line] == [variable]


def test_passwords_in_wrong_values_are_not_shown() -> None:
    wrong = {
        "DATABASE_URL": f"oracle://user:{SECRET}@db.example/service",
        "REDIS_URL": f"http://:{SECRET}@redis.example",
    }
    assert SECRET not in assert_refused(start(**wrong), *wrong)


def test_production_needs_a_database_of_its_own() -> None:
    done = run("serve", APP_ENV="production", PORT=str(free_port()), SECRET_KEY="x" * 20 + SECRET)
    assert_refused(done, "DATABASE_URL")


def test_production_refuses_to_be_open_to_all_origins(
    production_settings: dict[str, str],
) -> None:
    done = start(**production_settings, CORS_ALLOW_ORIGINS="https://app.example,*")
    assert_refused(done, "CORS_ALLOW_ORIGINS")


def test_a_wrong_value_stops_a_migration_too() -> None:
    assert_refused(run("migrate", APP_ENV="test", DATABASE_URL="nonsense"), "DATABASE_URL")

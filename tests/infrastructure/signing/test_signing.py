"""SECRET_KEY: what is too weak, and that all but production may go without."""

import secrets
from typing import Literal

import pytest
from pydantic import SecretStr, ValidationError

from task_service.infrastructure.security import signing

FEW = "it has to be at least 32 random characters"
WEAK = {
    "the one of development": (signing.DEVELOPMENT_KEY, "production needs a key of its own"),
    "the one of a tutorial": (
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        FEW,
    ),
    "marked as insecure": (f"django-insecure-{secrets.token_urlsafe(48)}", FEW),
    "31 characters": (secrets.token_urlsafe(48)[:31], FEW),
    "one character": ("x" * 100, FEW),
}


def reasons(key: str, app_env: Literal["development", "production"] = "production") -> list[str]:
    """What is wrong with the key."""
    try:
        signing.Settings(app_env=app_env, secret_key=SecretStr(key))
    except ValidationError as error:
        return [each["msg"] for each in error.errors() if each["loc"] == ("secret_key",)]
    # Where the database is embedded, nothing else is missing.
    return []


@pytest.mark.parametrize(("key", "reason"), WEAK.values(), ids=WEAK.keys())
def test_production_refuses_a_weak_key(key: str, reason: str) -> None:
    assert reasons(key) == [f"Value error, {reason}"]
    # So nobody is told in the end only.
    assert reasons(key, "development") == ([f"Value error, {reason}"] if reason == FEW else [])


@pytest.mark.parametrize(
    "key", [secrets.token_urlsafe(24), secrets.token_hex(32)], ids=["32 characters", "64 digits"]
)
def test_production_takes_a_random_key(key: str) -> None:
    assert reasons(key) == []


@pytest.mark.parametrize("app_env", ["development", "test"])
def test_elsewhere_there_is_one_by_default(
    app_env: Literal["development", "test"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = signing.Settings(app_env=app_env).secret_key
    assert key.get_secret_value() == signing.DEVELOPMENT_KEY

"""SECRET_KEY: what is too weak in production, and that the rest may go without."""

import secrets
from importlib import import_module

import pytest
from contract.project import PACKAGE
from pydantic import ValidationError

signing = import_module(f"{PACKAGE}.signing")
Settings = import_module(f"{PACKAGE}.web").Settings

WEAK = {
    "the one of development": signing.DEVELOPMENT_KEY,
    "the one of a tutorial": "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "marked as insecure": f"django-insecure-{secrets.token_urlsafe(48)}",
    "31 characters": secrets.token_urlsafe(48)[:31],
    "one character": "x" * 100,
}


def reasons(**settings: str) -> list[str]:
    """What is wrong with the key."""
    try:
        Settings(app_env="production", **settings)
    except ValidationError as error:
        return [each["msg"] for each in error.errors() if each["loc"] == ("secret_key",)]
    # Where the database is embedded, nothing else is missing.
    return []


@pytest.mark.parametrize("key", WEAK.values(), ids=WEAK.keys())
def test_production_refuses_a_weak_key(key: str) -> None:
    [reason] = reasons(secret_key=key)
    assert reason.startswith("Value error, production needs ")


def test_production_takes_a_random_key() -> None:
    for key in (secrets.token_urlsafe(24), secrets.token_hex(32)):
        assert reasons(secret_key=key) == []


@pytest.mark.parametrize("app_env", ["development", "test"])
def test_elsewhere_there_is_one_by_default(app_env: str) -> None:
    assert Settings(app_env=app_env).secret_key.get_secret_value() == signing.DEVELOPMENT_KEY

"""Loads the fixtures of the suite in `contract`, and those of each service behind ours."""

import os
from importlib import import_module
from pathlib import Path

import django
import pytest
from django.test import Client

BACKING = Path(__file__).parent / "contract" / "backing"

pytest.register_assert_rewrite("contract")
pytest_plugins = [
    "contract.fixtures",
    "contract.configured",
    *(f"contract.backing.{file.stem}" for file in sorted(BACKING.glob("[!_]*.py"))),
]

# For the tests that run Django in this process, on a database of theirs.
os.environ.update(APP_ENV="test", DATABASE_URL="sqlite://", LOG_FORMAT="json")
PACKAGE = import_module("contract.project").PACKAGE
os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{PACKAGE}.web.settings")
django.setup()


@pytest.fixture
def browser() -> Client:
    """Django's client for tests, which asks Django in this process."""
    return Client()

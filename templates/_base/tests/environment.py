"""The environment of the tests: what is set on this machine, or in a `.env` file, is not theirs."""

import logging
import os
from collections.abc import Iterator

import pytest

from task_service.config import Settings


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Take the settings away, those of OpenTelemetry and proxies too, which libraries read."""
    settings = {name.upper() for name in Settings.model_fields}
    for name in [*os.environ]:
        if (
            name.upper().removesuffix("_FILE") in settings
            or name.startswith("OTEL_")
            or name.upper().endswith("_PROXY")
        ):
            del os.environ[name]
    # A `.env` is for development.
    os.environ["APP_ENV"] = "test"


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """What a test does to logging, as commands do, ends with it."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers

"""What the tests begin with: the application, a client of it, and accounts."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import partial
from itertools import count
from wsgiref.types import WSGIApplication

import pytest
from jobs import do_jobs
from pydantic import SecretStr
from pyramid.config import Configurator, global_registries
from webtest import TestApp

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.web.app import create_app

# The fixture `database_url`, a database that is emptied before each test.
# No setting of this machine counts.
pytest_plugins = ["databases", "environment"]

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """What the application is set to; `settings.model_copy(update=...)` sets it otherwise."""
    return Settings(app_env="test", database_url=SecretStr(database_url), log_format="json")


@pytest.fixture
def app(settings: Settings) -> WSGIApplication:
    """The application."""
    return create_app(settings)


@pytest.fixture
def config(app: WSGIApplication) -> Iterator[Configurator]:
    """Its configuration, to add views, or to replace what `config.registry["services"]` is."""
    config = Configurator(registry=global_registries.last, autocommit=True)
    yield config
    config.registry["services"].database.close()


@pytest.fixture
def client(app: WSGIApplication, config: Configurator) -> TestApp:
    """A client that is not signed in; it raises AppError for an answer that it does not expect."""
    return TestApp(app)


{% include shared("tests/accounts_webtest.py") %}

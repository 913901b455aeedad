"""What the tests begin with: the application, a client of it, and accounts."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import partial
from itertools import count
from typing import Any

import pytest
from jobs import do_jobs
from pydantic import SecretStr
from webtest import TestApp

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.web.app import (
    Application,
    create_app,
)

# The fixture `database_url` is a database that is emptied before each test.
# No setting of this machine counts.
pytest_plugins = ["databases", "environment"]

PASSWORD = "correct horse battery"
MakeApp = Callable[..., Application]


@pytest.fixture
def settings(database_url: str) -> Settings:
    """What the application is set to; `settings.model_copy(update=...)` sets it otherwise."""
    return Settings(app_env="test", database_url=SecretStr(database_url), log_format="json")


@pytest.fixture
def make_app(settings: Settings) -> Iterator[MakeApp]:
    """`make_app(max_body_bytes=100)` is an application that is set otherwise."""
    made: list[Application] = []

    def make(**others: Any) -> Application:
        made.append(create_app(settings.model_copy(update=others)))
        return made[-1]

    yield make
    # PostgreSQL has only so many connections.
    for app in made:
        app.services.database.close()


@pytest.fixture
def app(make_app: MakeApp) -> Application:
    """The application; `app.root` is its tree, to which one may add handlers."""
    return make_app()


@pytest.fixture
def client(app: Application) -> TestApp:
    """A client that is not signed in; it raises AppError for an answer that it does not expect."""
    return TestApp(app)


{% include shared("tests/accounts_webtest.py") %}

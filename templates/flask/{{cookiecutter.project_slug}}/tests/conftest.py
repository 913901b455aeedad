"""What the tests begin with: the application, clients of it, and accounts."""

import os
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jobs import do_jobs
from pydantic import SecretStr

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.web.app import create_app

# The fixture `database_url`, a database that is emptied before each test.
# No setting of this machine counts.
pytest_plugins = ["databases", "environment"]

PASSWORD = "correct horse battery"


def pytest_configure() -> None:
    """Have the command `flask` read `.flaskenv`, and no `.env`."""
    os.environ.update(FLASK_SKIP_DOTENV="1", FLASK_ENV_FILE=".flaskenv")


@pytest.fixture
def settings(database_url: str) -> Settings:
    """What the application is set to; `settings.model_copy(update=...)` sets it otherwise."""
    return Settings(app_env="test", database_url=SecretStr(database_url), log_format="json")


@pytest.fixture
def make_app() -> Iterator[Callable[[Settings], Flask]]:
    """Make an application that lets go of its database after the test."""
    made: list[Flask] = []

    def make_app(settings: Settings) -> Flask:
        made.append(create_app(settings))
        return made[-1]

    yield make_app
    for app in made:
        app.extensions["services"].database.close()


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    """The application; `app.extensions["services"] = dataclasses.replace(...)` replaces a service.

    It is without TESTING, so that errors are answered as they are in production.
    """
    return make_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that is not signed in."""
    return app.test_client()


@pytest.fixture
def mails(app: Flask, settings: Settings) -> Callable[[], list[EmailMessage]]:
    """Do the jobs that are due; gives the mails that they send."""
    return lambda: do_jobs(settings, app.extensions["services"].database)


@pytest.fixture
def sign_up(app: Flask) -> Callable[[], dict[str, str]]:
    """Make an account; gives the headers by which requests are its own."""
    numbers = count(1)
    client = app.test_client()

    def sign_up() -> dict[str, str]:
        account = {"email": f"user{next(numbers)}@example.com", "password": PASSWORD}
        assert client.post("/api/v1/users", json=account).status_code == 201
        token = client.post("/api/v1/tokens", json=account).get_json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    return sign_up


@pytest.fixture
def account(sign_up: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The headers of an account."""
    return sign_up()


@pytest.fixture
def signed_in(app: Flask, account: dict[str, str]) -> FlaskClient:
    """A client that is signed in to that account."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = account["Authorization"]
    return client

"""What the tests begin with: the application, a client of it, and accounts."""

import asyncio
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import count

import pytest
from client import Client
from jobs import do_jobs
from pydantic import SecretStr
from sanic import Sanic

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.services import App
from {{ cookiecutter.__package_name }}.web.app import create_app

# The fixture `database_url`, a database that is emptied before each test.
# No setting of this machine counts.
pytest_plugins = ["databases", "environment"]

PASSWORD = "correct horse battery"

# Lets each test make an application, though all have the same name.
Sanic.test_mode = True


@pytest.fixture
def settings(database_url: str) -> Settings:
    """What the application is set to; `settings.model_copy(update=...)` sets it otherwise."""
    return Settings(app_env="test", database_url=SecretStr(database_url), log_format="json")


@pytest.fixture
def app(settings: Settings) -> App:
    """The application; `app.ctx.throttle = ...` replaces a service."""
    return create_app(settings=settings)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of the application and its client, for what a test does in coroutines."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def client(app: App, runner: asyncio.Runner) -> Iterator[Client]:
    """A client that is not signed in; it runs the application, to which nothing is added then."""
    with Client(app, runner) as client:
        yield client


@pytest.fixture
def mails(app: App, settings: Settings, runner: asyncio.Runner) -> Callable[[], list[EmailMessage]]:
    """Do the jobs that are due; gives the mails that they send."""
    return lambda: runner.run(do_jobs(settings, app.ctx.database))


@pytest.fixture
def sign_up(client: Client) -> Callable[[], dict[str, str]]:
    """Make an account; gives the headers by which requests are its own."""
    numbers = count(1)

    def sign_up() -> dict[str, str]:
        account = {"email": f"user{next(numbers)}@example.com", "password": PASSWORD}
        _, response = client.post("/api/v1/users", json=account)
        assert response.status == 201
        _, response = client.post("/api/v1/tokens", json=account)
        return {"Authorization": f"Bearer {response.json['access_token']}"}

    return sign_up


@pytest.fixture
def account(sign_up: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The headers of an account."""
    return sign_up()


@pytest.fixture
def signed_in(client: Client, account: dict[str, str]) -> Client:
    """The client, signed in to that account."""
    client.headers.update(account)
    return client

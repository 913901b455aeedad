"""What the tests begin with: the application, a client of it, and accounts."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import count

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jobs import do_jobs
from pydantic import SecretStr

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.services import Services
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
def app(settings: Settings) -> FastAPI:
    """The application; `app.dependency_overrides` replaces what endpoints depend on."""
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client that is not signed in."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def mails(client: TestClient, settings: Settings) -> Callable[[], list[EmailMessage]]:
    """Do the jobs that are due; gives the mails that they send."""

    def mails() -> list[EmailMessage]:
        services: Services = client.app.state.services  # type: ignore[attr-defined]  # FastAPI's
        assert client.portal
        return client.portal.call(do_jobs, settings, services.database)

    return mails


@pytest.fixture
def sign_up(client: TestClient) -> Callable[[], dict[str, str]]:
    """Make an account; gives the headers by which requests are its own."""
    numbers = count(1)

    def sign_up() -> dict[str, str]:
        account = {"email": f"user{next(numbers)}@example.com", "password": PASSWORD}
        assert client.post("/api/v1/users", json=account).status_code == 201
        token = client.post("/api/v1/tokens", json=account).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    return sign_up


@pytest.fixture
def account(sign_up: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The headers of an account."""
    return sign_up()


@pytest.fixture
def signed_in(client: TestClient, account: dict[str, str]) -> TestClient:
    """The client, signed in to that account."""
    client.headers.update(account)
    return client

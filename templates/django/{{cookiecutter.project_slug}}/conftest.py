"""What the tests begin with: clients, and accounts."""

import os
from collections.abc import Callable, Iterator
from itertools import count

import django
import httpx
import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from {{ cookiecutter.__package_name }}.features import modules
from {{ cookiecutter.__package_name }}.services import services
from {{ cookiecutter.__package_name }}.web.app import create_app

# The database of the tests, and nothing of the settings of this machine.
pytest_plugins = ["databases", "environment"]

PASSWORD = "correct horse battery"


def pytest_configure() -> None:
    """Have Django read its settings; `databases.py` has named the database in the environment."""
    os.environ.update(
        LOG_FORMAT="json",
        DJANGO_SETTINGS_MODULE="{{ cookiecutter.__package_name }}.web.settings",
    )
    # pytest captures what is logged.
    settings.LOGGING_CONFIG = None
    django.setup()
    # What production does would take most of a test's time: hash passwords, and look for all static
    # files whenever there is a new client.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _new_services() -> None:
    """Failures to sign in are counted anew in each test."""
    services.cache_clear()


@pytest.fixture
def http(db: None) -> Iterator[httpx.Client]:
    """A client of the application as it is served; pytest-django's `client` calls Django only.

    At the start of a request Django looks after its connection, so there has to be a database.
    """
    transport = httpx.WSGITransport(create_app())
    with httpx.Client(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def mails(db: None) -> Callable[[], list[EmailMessage]]:
    """Do the background jobs that are due; gives the mails that they send."""

    def mails() -> list[EmailMessage]:
        # They have models, for which Django has to be set up.
        from {{ cookiecutter.__package_name }}.infrastructure.jobs.queue import Queue
        from {{ cookiecutter.__package_name }}.infrastructure.jobs.work import Worker

        modules("jobs")
        mail.outbox.clear()
        Worker(Queue(), None).drain()
        return mail.outbox[:]

    return mails


@pytest.fixture
def sign_up(db: None, client: Client) -> Callable[[], dict[str, str]]:
    """Make an account; gives the headers by which requests are its own."""
    numbers = count(1)

    def sign_up() -> dict[str, str]:
        account = {"email": f"user{next(numbers)}@example.com", "password": PASSWORD}
        made = client.post("/api/v1/users", account, "application/json")
        assert made.status_code == 201
        token = client.post("/api/v1/tokens", account, "application/json").json()
        return {"Authorization": f"Bearer {token['access_token']}"}

    return sign_up


@pytest.fixture
def account(sign_up: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The headers of an account."""
    return sign_up()


@pytest.fixture
def signed_in(account: dict[str, str]) -> Client:
    """A client that is signed in to that account."""
    return Client(headers=account)

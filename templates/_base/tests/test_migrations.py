"""The migrations make the tables of the models, and can be undone."""

from collections.abc import Callable, Iterator

import pytest
from alembic.util import CommandError
from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url, text

from task_service.infrastructure.database.backends import DATABASES
from task_service.migrations import tables


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    """A database without tables."""
    return new_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    parsed = make_url(url)
    backend = DATABASES[parsed.get_backend_name()]
    engine = create_engine(parsed.set(drivername=backend.MIGRATION_DRIVER), poolclass=NullPool)
    yield engine
    engine.dispose()


def test_they_make_the_tables_of_the_models(url: str) -> None:
    tables.upgrade(url)
    tables.check(url)


def test_a_table_that_differs_from_its_model_is_found(url: str, engine: Engine) -> None:
    tables.upgrade(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE users ADD COLUMN surplus INTEGER"))
    with pytest.raises(CommandError, match="surplus"):
        tables.check(url)


def test_each_can_be_undone_and_done_again(url: str, engine: Engine) -> None:
    tables.upgrade(url)
    while inspect(engine).get_table_names() != ["alembic_version"]:
        tables.downgrade(url, "-1")
        tables.upgrade(url, "+1")
        tables.downgrade(url, "-1")
    tables.upgrade(url)
    tables.check(url)

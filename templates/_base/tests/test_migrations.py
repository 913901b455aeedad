"""The migrations make the tables of the models, and can be undone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.config import main as alembic
from alembic.util import CommandError
from sqlalchemy import DateTime, Engine, NullPool, create_engine, inspect, make_url, text

from task_service.infrastructure.database.backends import (
    backend,
)
from task_service.infrastructure.database.migrate import (
    render_item,
)
from task_service.infrastructure.database.models import (
    UtcDateTime,
)
from task_service.migrations import tables

ROOT = Path(__file__).parents[1]


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    """A database without tables."""
    return new_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    parsed = make_url(url)
    driver = backend(parsed.get_backend_name()).MIGRATION_DRIVER
    engine = create_engine(parsed.set(drivername=driver), poolclass=NullPool)
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


def test_alembic_itself_finds_the_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.upgrade(url)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("APP_ENV", "test")
    monkeypatch.setenv("DATABASE_URL", url)
    alembic(["check"])


def test_a_new_migration_has_types_of_sqlalchemy_only() -> None:
    assert render_item("type", UtcDateTime(), None) == "sa.DateTime(timezone=True)"
    assert not render_item("type", DateTime(), None)

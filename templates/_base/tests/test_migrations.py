"""The migrations make the tables of the models, and can be undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import main as alembic
from sqlalchemy import inspect

from task_service.infrastructure.database.migrate import (
    engine,
)
from task_service.migrations import tables

ROOT = Path(__file__).parents[1]


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    """A database without tables."""
    return new_database()


def test_they_make_the_tables_of_the_models(url: str) -> None:
    tables.upgrade(url)
    tables.check(url)


def test_each_can_be_undone_and_done_again(url: str) -> None:
    tables.upgrade(url)
    while inspect(engine(url)).get_table_names() != ["alembic_version"]:
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

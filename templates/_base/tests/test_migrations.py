"""The migrations make the tables of the models, and can be undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import main as alembic
from sqlalchemy import inspect

from task_service.infrastructure.database.migrate import (
    engine,
)

ROOT = Path(__file__).parents[1]


@pytest.fixture
def url(new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A database without tables, which Alembic's command line finds in the project's folder."""
    url = new_database()
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.mark.usefixtures("url")
def test_they_make_the_tables_of_the_models() -> None:
    alembic(["upgrade", "head"])
    alembic(["check"])


def test_each_can_be_undone_and_done_again(url: str) -> None:
    alembic(["upgrade", "head"])
    while inspect(engine(url)).get_table_names() != ["alembic_version"]:
        alembic(["downgrade", "-1"])
        alembic(["upgrade", "+1"])
        alembic(["downgrade", "-1"])
    alembic(["upgrade", "head"])
    alembic(["check"])

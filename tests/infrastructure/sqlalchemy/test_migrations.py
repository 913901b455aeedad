"""Migrations: what stands in their way is told in one line."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import main as alembic
from sqlalchemy import DateTime, text

from task_service import migrations
from task_service.infrastructure.database.migrate import (
    MigrationError,
    Tables,
    engine,
    render_item,
)
from task_service.infrastructure.database.models import UtcDateTime, has_tables
from task_service.migrations import tables

MIGRATIONS = Path(migrations.__file__).parent


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    """A database without tables."""
    return new_database()


def test_a_table_that_differs_from_its_model_is_found(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.upgrade(url)
    with engine(url).begin() as connection:
        connection.execute(text("ALTER TABLE users ADD COLUMN surplus INTEGER"))
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SystemExit):
        alembic(["check"])
    assert "surplus" in capsys.readouterr().out


def test_the_code_can_tell_whether_the_tables_are_there(url: str) -> None:
    def are_there() -> bool:
        with engine(url).connect() as connection:
            return has_tables(connection)

    assert not are_there()
    tables.upgrade(url)
    assert are_there()
    with engine(url).begin() as connection:
        connection.execute(text("ALTER TABLE users RENAME COLUMN email TO address"))
    assert not are_there()


def test_a_database_that_is_ahead_of_the_code_stays_as_it_is(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    tables.upgrade(url)
    with engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    tables.upgrade(url)
    with engine(url).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "later"
    assert "ahead of this code" in caplog.text


def test_where_all_is_done_nothing_is_done(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    tables.upgrade(url)
    assert [each.message for each in caplog.records].count("migrated") == 1
    tables.upgrade(url)
    assert [each.message for each in caplog.records].count("migrated") == 1


def test_what_alembic_or_the_database_refuses_is_told_in_one_line(url: str, tmp_path: Path) -> None:
    # Alembic's entry finds the code by the names of its folders.
    copy = tmp_path / MIGRATIONS.parent.name / MIGRATIONS.name
    shutil.copytree(MIGRATIONS, copy)
    second = 'revision = "second"\ndown_revision = None\ndef upgrade(): pass\n'
    (copy / "versions" / "second.py").write_text(second)
    with pytest.raises(MigrationError, match="Multiple head revisions") as refused:
        Tables(copy).upgrade(url)
    assert "\n" not in refused.value.message
    with engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
    with pytest.raises(MigrationError, match="already exists") as refused:
        tables.upgrade(url)
    assert "\n" not in refused.value.message


def test_a_new_migration_has_types_of_sqlalchemy_only() -> None:
    assert render_item("type", UtcDateTime(), None) == "sa.DateTime(timezone=True)"
    assert not render_item("type", DateTime(), None)

"""The migrations make the tables of the models, and can be undone."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.util import CommandError
from contract.backing import Databases
from contract.commands import environment
from contract.project import PACKAGE, ROOT
from sqlalchemy import Engine, NullPool, create_engine, inspect, text

migrate = import_module(f"{PACKAGE}.migrate")
models = import_module(f"{PACKAGE}.models")


@pytest.fixture
def url(databases: Databases) -> str:
    """A database without tables."""
    return databases.empty()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()


def test_they_make_the_tables_of_the_models(url: str) -> None:
    migrate.upgrade(url)
    migrate.check(url)


def test_a_table_that_differs_from_its_model_is_found(url: str, engine: Engine) -> None:
    migrate.upgrade(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE users ADD COLUMN surplus INTEGER"))
    with pytest.raises(CommandError, match="surplus"):
        migrate.check(url)


def test_each_can_be_undone_and_done_again(url: str, engine: Engine) -> None:
    migrate.upgrade(url)
    while inspect(engine).get_table_names() != ["alembic_version"]:
        migrate.downgrade(url, "-1")
        migrate.upgrade(url, "+1")
        migrate.downgrade(url, "-1")
    migrate.upgrade(url)
    migrate.check(url)


def test_a_new_one_does_not_depend_on_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        made = produce_migrations(context, models.Base.metadata)
    assert made.upgrade_ops
    code = render_python_code(made.upgrade_ops, render_item=migrate.render_item)
    assert "sa.Column('due_at', sa.DateTime(timezone=True), nullable=True)" in code
    assert PACKAGE not in code


def test_the_command_of_alembic_reads_the_settings(databases: Databases, url: str) -> None:
    for command in (["upgrade", "head"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *command],
            cwd=ROOT,
            env=environment(**databases.settings, DATABASE_URL=url),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    migrate.check(url)

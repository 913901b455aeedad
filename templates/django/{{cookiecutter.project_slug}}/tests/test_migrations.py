"""The migrations make the tables of the models, and can be undone."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from {{ cookiecutter.__package_name }}.features import FEATURES
from {{ cookiecutter.__package_name }}.infrastructure.database.access import (
    Database,
)
from {{ cookiecutter.__package_name }}.migrations import tables


def applied() -> set[str]:
    """The features whose migrations have been run."""
    return {app for app, _ in MigrationRecorder(connection).applied_migrations()} & {*FEATURES}


@pytest.fixture
def _restored(transactional_db: None) -> Iterator[None]:
    yield
    tables.upgrade("")


@pytest.mark.django_db
def test_they_make_the_tables_of_the_models() -> None:
    # It ends the process where a model differs.
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("_restored")
def test_each_can_be_undone_and_done_again() -> None:
    made = applied()
    assert "accounts" in made
    # What is made by Django and points to our users goes with them.
    for app in ("admin", *reversed(FEATURES)):
        call_command("migrate", app, "zero", verbosity=0)
    assert applied() == set()
    assert not Database().has_tables()
    tables.upgrade("")
    assert applied() == made
    assert Database().has_tables()

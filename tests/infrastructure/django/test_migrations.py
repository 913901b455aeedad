"""Migrations: what stands in their way is told in one line."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from task_service.migrations import tables


@pytest.mark.django_db
def test_a_database_that_is_ahead_of_the_code_stays_as_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    MigrationRecorder(connection).record_applied("accounts", "9999_later")
    before = MigrationRecorder(connection).applied_migrations().keys()
    tables.upgrade("")
    assert MigrationRecorder(connection).applied_migrations().keys() == before
    assert "ahead of this code" in caplog.text


@pytest.mark.django_db
def test_what_django_or_the_database_refuses_is_told_in_one_line() -> None:
    # As if it had been forgotten that there is the table.
    MigrationRecorder(connection).record_unapplied("accounts", "0001_initial")
    with pytest.raises(tables.MigrationError) as refused:
        tables.upgrade("")
    assert "\n" not in refused.value.message

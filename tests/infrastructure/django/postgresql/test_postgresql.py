"""The URL of PostgreSQL, as Django wants it."""

from task_service.infrastructure.database import (
    postgresql,
)


def test_all_that_libpq_knows_may_be_in_the_url() -> None:
    entry = postgresql.configuration(
        "postgresql+psycopg://ada:p%40ss@db.example:5433/service?sslmode=require"
    )
    expected = {
        "NAME": "service",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
    }
    assert entry | expected == entry
    assert entry["OPTIONS"]["sslmode"] == "require"

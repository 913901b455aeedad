"""Where production is on PostgreSQL, it refuses to keep its data in an SQLite file."""

import secrets

import pytest

from .commands import run
from .processes import free_port
from .test_settings import assert_refused


@pytest.mark.parametrize("url", ["sqlite:////tmp/service.sqlite3", "sqlite://"])
def test_production_refuses_sqlite(url: str) -> None:
    settings = {"APP_ENV": "production", "SECRET_KEY": secrets.token_urlsafe(48)}
    done = run("serve", **settings, PORT=str(free_port()), DATABASE_URL=url)
    assert_refused(done, "DATABASE_URL")

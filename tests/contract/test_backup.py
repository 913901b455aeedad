"""PostgreSQL is backed up and restored as the project's docs/production.md says.

Of SQLite, test_storage.py tells, which has a service with a database of its own.
"""

from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from .backing.postgresql import PostgreSQLDatabases, ask
from .client import sign_up
from .runbook import Runbook
from .service import Service


@pytest.mark.part("postgresql")
def test_a_backup_is_made_while_the_service_runs_and_restored_beside_it(
    service: Service, runbook: Runbook, postgresql_databases: PostgreSQLDatabases
) -> None:
    with service.client() as client:
        before = sign_up(client).email
        runbook.follow("Back up", **service.settings)
        after = sign_up(client).email
    url = urlsplit(service.settings["DATABASE_URL"])._replace(path="/restored").geturl()
    with postgresql_databases.dropping("restored"):
        runbook.follow("Restore", RESTORED_URL=url, **service.settings)
        with psycopg.connect(url) as restored:
            query = (
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND column_name = 'email'"
            )
            (table,) = ask(restored, query)
            users = sql.SQL("SELECT array_agg(email) FROM {}").format(sql.Identifier(table))
            (emails,) = ask(restored, users)
    assert before in emails
    assert after not in emails

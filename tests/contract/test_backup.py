"""PostgreSQL is backed up, restored, and given another password as docs/production.md says.

Of SQLite, test_storage.py tells, which has a service with a database of its own.
"""

from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from .backing.postgresql import PostgreSQLDatabases, ask, is_given
from .client import sign_up
from .runbook import Runbook
from .service import Service

pytestmark = [pytest.mark.part("postgresql"), pytest.mark.alike("sqlalchemy")]


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


@pytest.mark.skipif(is_given(), reason="it leaves roles in the server")
def test_while_a_password_is_rotated_a_second_role_does_all_in_the_name_of_the_first(
    runbook: Runbook, postgresql_databases: PostgreSQLDatabases
) -> None:
    url = postgresql_databases.empty()
    with psycopg.connect(url) as administrator:
        administrator.execute("CREATE ROLE service LOGIN PASSWORD 'unchecked'")
        administrator.execute("GRANT ALL ON SCHEMA public TO service")
    with psycopg.connect(url, user="service") as before:
        before.execute("CREATE TABLE notes (id int)")
    runbook.follow("Rotate the database's password", ADMIN_URL=url)
    with psycopg.connect(url, user="service_2") as after:
        after.execute("ALTER TABLE notes ADD text text")
        after.execute("CREATE TABLE more_notes (id int)")
        owners = "SELECT array_agg(tableowner::text) FROM pg_tables WHERE tablename ~ 'notes'"
        assert ask(after, owners) == (["service", "service"],)
